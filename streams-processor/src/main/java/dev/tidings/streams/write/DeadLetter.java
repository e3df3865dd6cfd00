package dev.tidings.streams.write;

import dev.tidings.schemas.topic.Forwarded;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** The headers of a dead letter, in addition to the original ones. */
final class DeadLetter {
  private static final int MAX_REASON = 500;
  private static final Set<String> OWN =
      Set.of(
          "tidings-reason",
          "tidings-topic",
          "tidings-partition",
          "tidings-offset",
          "tidings-timestamp",
          Forwarded.HEADER);

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

  /**
   * Returns a shortened letter, for when the whole one is too large for its topic: the beginning of
   * the value, and only the headers about its origin.
   *
   * @param bytes the size to which key and value are cut
   */
  static ProducerRecord<byte[], byte[]> shortened(
      ProducerRecord<byte[], byte[]> letter, int bytes, long now) {
    Headers headers = new RecordHeaders();
    for (Header header : letter.headers()) {
      if (OWN.contains(header.key()) && header.value() != null && header.value().length <= bytes) {
        headers.add(header);
      }
    }
    byte @Nullable [] value = letter.value();
    put(headers, "tidings-shortened", Integer.toString(value == null ? 0 : value.length));
    return new ProducerRecord<>(
        letter.topic(), null, now, start(letter.key(), bytes), start(value, bytes), headers);
  }

  private static byte @Nullable [] start(byte @Nullable [] whole, int bytes) {
    return whole == null || whole.length <= bytes ? whole : Arrays.copyOf(whole, bytes);
  }

  private static String shortened(String reason) {
    return reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON) + "…";
  }

  private static void put(Headers headers, String name, String value) {
    // A record that was replayed from the dead letters has old ones.
    headers.remove(name);
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
