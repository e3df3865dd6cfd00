package dev.tidings.streams.write;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** What a dead letter says in its headers, besides those it came with. */
final class DeadLetter {
  private static final int MAX_REASON = 500;

  private DeadLetter() {}

  static Headers headers(
      Headers original, String reason, String topic, int partition, long offset, long timestamp) {
    Headers headers = new RecordHeaders(original);
    put(headers, "tidings-reason", shortened(reason));
    put(headers, "tidings-topic", topic);
    put(headers, "tidings-partition", Integer.toString(partition));
    put(headers, "tidings-offset", Long.toString(offset));
    put(headers, "tidings-timestamp", Long.toString(timestamp));
    return headers;
  }

  private static String shortened(String reason) {
    return reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON) + "…";
  }

  private static void put(Headers headers, String name, String value) {
    // A record that was fed back from the dead letters has old ones.
    headers.remove(name);
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
