package dev.tidings.streams.write;

import dev.tidings.schemas.topic.DeadLetterHeaders;
import java.util.Arrays;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** A dead letter that is too large for its topic. */
final class DeadLetter {
  private DeadLetter() {}

  /**
   * Returns a shortened letter, for when the whole one is too large for its topic: the beginning of
   * the value, and only the headers about its origin.
   *
   * @param bytes the size to which key and value are cut
   */
  static ProducerRecord<byte[], byte[]> shortened(
      ProducerRecord<byte[], byte[]> letter, int bytes, long now) {
    byte @Nullable [] value = letter.value();
    return new ProducerRecord<>(
        letter.topic(),
        null,
        now,
        start(letter.key(), bytes),
        start(value, bytes),
        DeadLetterHeaders.shortened(letter.headers(), bytes, value == null ? 0 : value.length));
  }

  private static byte @Nullable [] start(byte @Nullable [] whole, int bytes) {
    return whole == null || whole.length <= bytes ? whole : Arrays.copyOf(whole, bytes);
  }
}
