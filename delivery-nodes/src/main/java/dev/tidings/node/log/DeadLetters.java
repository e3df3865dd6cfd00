package dev.tidings.node.log;

import dev.tidings.node.log.LogWrite.Value;
import dev.tidings.schemas.topic.LogTopics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where records go that nobody can read: as they came, with the reason in headers. Thread-safe. */
public final class DeadLetters {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

  private final LogWriter log;

  public DeadLetters(LogWriter log) {
    this.log = log;
  }

  void write(ConsumerRecord<byte[], byte[]> record, String reason, Runnable stored) {
    write(
        record.topic(),
        record.partition(),
        record.offset(),
        record.key(),
        record.value(),
        reason,
        stored);
  }

  /**
   * Writes one.
   *
   * @param stored called once the log has it, on the producer's thread: it must not block
   */
  public void write(
      String topic,
      int partition,
      long offset,
      byte @Nullable [] key,
      byte @Nullable [] value,
      String reason,
      Runnable stored) {
    LOG.warn("{}-{} offset {} goes to the dead letters: {}", topic, partition, offset, reason);
    log.write(
        new LogWrite(
            LogTopics.DEAD_LETTERS,
            null,
            Objects.requireNonNullElseGet(key, () -> new byte[0]),
            new Value.Raw(value),
            List.of(
                header("tidings-reason", reason),
                header("tidings-topic", topic),
                header("tidings-partition", Integer.toString(partition)),
                header("tidings-offset", Long.toString(offset))),
            stored));
  }

  private static Header header(String name, String value) {
    return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
