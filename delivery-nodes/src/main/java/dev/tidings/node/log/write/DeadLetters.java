package dev.tidings.node.log.write;

import dev.tidings.node.log.write.LogWrite.Value;
import dev.tidings.schemas.topic.DeadLetterHeaders;
import dev.tidings.schemas.topic.LogTopics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes records that cannot be read to the dead letter topics: unchanged, with the reason in
 * headers. Thread-safe.
 */
public final class DeadLetters {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

  private static final long UNKNOWN = -1;
  private static final int MAX_SHORTENED = 64 << 10;
  private static final int MAX_SHORTENED_KEY = 1_024;

  private final LogWriter log;
  private final Counter written;

  public DeadLetters(LogWriter log, MeterRegistry registry) {
    this.log = log;
    this.written =
        Counter.builder("tidings.node.dead.letters")
            .description("Unreadable records written to the dead letter topics.")
            .register(registry);
  }

  /**
   * Writes a record as a dead letter.
   *
   * @param stored called once the log has it, on the producer's thread: it must not block
   */
  public void write(ConsumerRecord<byte[], byte[]> record, String reason, Runnable stored) {
    write(
        record.topic(),
        record.partition(),
        record.offset(),
        record.key(),
        record.value(),
        DeadLetterHeaders.of(
            record.headers(),
            reason,
            record.topic(),
            record.partition(),
            record.offset(),
            record.timestamp()),
        reason,
        stored);
  }

  /** As the other, for a record of which no more is known than this. */
  public void write(
      String topic,
      int partition,
      long offset,
      byte @Nullable [] key,
      byte @Nullable [] value,
      String reason,
      Runnable stored) {
    write(
        topic,
        partition,
        offset,
        key,
        value,
        DeadLetterHeaders.of(new RecordHeaders(), reason, topic, partition, offset, UNKNOWN),
        reason,
        stored);
  }

  private void write(
      String topic,
      int partition,
      long offset,
      byte @Nullable [] key,
      byte @Nullable [] value,
      Headers headers,
      String reason,
      Runnable stored) {
    LOG.warn(
        "{}-{} offset {} goes to the dead letters: {}",
        topic,
        partition,
        offset,
        DeadLetterHeaders.cut(reason));
    written.increment();
    log.write(
        letter(key, value, headers, stored)
            .orElse(why -> log.write(shortened(key, value, headers, stored))));
  }

  private static LogWrite letter(
      byte @Nullable [] key, byte @Nullable [] value, Headers headers, Runnable stored) {
    return new LogWrite(
        LogTopics.DEAD_LETTERS,
        null,
        Objects.requireNonNullElseGet(key, () -> new byte[0]),
        new Value.Raw(value),
        List.of(headers.toArray()),
        stored);
  }

  /** With its headers the record exceeds the topic's limit: stores its beginning and its length. */
  private static LogWrite shortened(
      byte @Nullable [] key, byte @Nullable [] value, Headers headers, Runnable stored) {
    return letter(
        key == null ? null : Arrays.copyOf(key, Math.min(key.length, MAX_SHORTENED_KEY)),
        value == null ? null : Arrays.copyOf(value, Math.min(value.length, MAX_SHORTENED)),
        DeadLetterHeaders.shortened(headers, MAX_SHORTENED, value == null ? 0 : value.length),
        stored);
  }
}
