package dev.tidings.schemas.topic;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The headers of a dead letter, the same in every service: those of the record, and beside them why
 * it was not used, and where and when it was written.
 */
public final class DeadLetterHeaders {
  public static final String REASON = "tidings-reason";
  public static final String TOPIC = "tidings-topic";
  public static final String PARTITION = "tidings-partition";
  public static final String OFFSET = "tidings-offset";

  /** When the record was written, in ms since the epoch; absent if unknown. */
  public static final String TIMESTAMP = "tidings-timestamp";

  /** In a letter that was too large for its topic: the original length of its value. */
  public static final String SHORTENED = "tidings-shortened";

  private static final int MAX_REASON = 1_000;
  private static final Set<String> OWN =
      Set.of(REASON, TOPIC, PARTITION, OFFSET, TIMESTAMP, Forwarded.HEADER);

  private DeadLetterHeaders() {}

  /**
   * Returns the headers of a letter.
   *
   * @param original those of the record
   * @param timestamp the record's; negative if unknown
   */
  public static Headers of(
      Headers original, String reason, String topic, int partition, long offset, long timestamp) {
    Headers headers = new RecordHeaders(original);
    put(headers, REASON, cut(reason));
    put(headers, TOPIC, topic);
    put(headers, PARTITION, Integer.toString(partition));
    put(headers, OFFSET, Long.toString(offset));
    headers.remove(TIMESTAMP);
    if (timestamp >= 0) {
      put(headers, TIMESTAMP, Long.toString(timestamp));
    }
    return headers;
  }

  /**
   * Returns the headers of a letter that is shortened: only those about its origin.
   *
   * @param letter the headers of the whole letter
   * @param bytes the largest value to keep
   * @param length the original length of the letter's value
   */
  public static Headers shortened(Headers letter, int bytes, int length) {
    Headers headers = new RecordHeaders();
    for (Header header : letter) {
      if (OWN.contains(header.key()) && header.value() != null && header.value().length <= bytes) {
        headers.add(header);
      }
    }
    put(headers, SHORTENED, Integer.toString(length));
    return headers;
  }

  /** Returns a reason that is not longer than a header should be. */
  public static String cut(String reason) {
    return reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON) + "…";
  }

  private static void put(Headers headers, String name, String value) {
    // A record that was replayed from the dead letters has old ones.
    headers.remove(name);
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
