package dev.tidings.node.log.write;

import dev.tidings.schemas.topic.InboxKey;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.value.InvalidValueException;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A record to be written.
 *
 * @param partition the target partition; null for the one that its key determines
 * @param value null for a tombstone
 * @param stored called once the log has it, on the producer's thread: it must not block
 * @param refused called instead if the log will never accept it, on any thread: it must not block
 */
public record LogWrite(
    LogTopic<?> topic,
    @Nullable Integer partition,
    byte[] key,
    LogWrite.@Nullable Value value,
    List<Header> headers,
    Runnable stored,
    LogWrite.Refused refused) {

  /** Called when the log will never accept a record: it is too large, or cannot be serialized. */
  @FunctionalInterface
  public interface Refused {
    void because(String why);
  }

  /** The value of a record. */
  public sealed interface Value {
    /** A record still to be serialized, on the writer's thread. */
    record Avro(SpecificRecord record) implements Value {}

    /** Bytes that are written unchanged. */
    record Raw(byte @Nullable [] bytes) implements Value {}
  }

  /** Creates a write without a fallback: if the log refuses the record, it is dropped. */
  public LogWrite(
      LogTopic<?> topic,
      @Nullable Integer partition,
      byte[] key,
      @Nullable Value value,
      List<Header> headers,
      Runnable stored) {
    this(topic, partition, key, value, headers, stored, why -> stored.run());
  }

  public static LogWrite record(
      LogTopic<?> topic, byte[] key, SpecificRecord record, Runnable stored) {
    return new LogWrite(topic, null, key, new Value.Avro(record), List.of(), stored);
  }

  public static LogWrite tombstone(LogTopic<?> topic, byte[] key, Runnable stored) {
    return new LogWrite(topic, null, key, null, List.of(), stored);
  }

  public LogWrite inPartition(int number) {
    return new LogWrite(topic, number, key, value, headers, stored, refused);
  }

  /** Describes the record in the log: what it is about, and nothing of its content. */
  String place() {
    if (topic.equals(LogTopics.INBOX)) {
      try {
        InboxKey inboxKey = InboxKey.parse(key);
        return "%s, device %s, sequence %d"
            .formatted(target(), inboxKey.device(), inboxKey.sequence());
      } catch (InvalidValueException e) {
        // The partition's record of its life, which is about no device.
        return target();
      }
    }
    return topic.equals(LogTopics.RECEIPTS)
        ? target() + ", " + ReceiptKey.notification(key)
        : target();
  }

  private String target() {
    return partition == null ? topic.name() : topic.name() + "-" + partition;
  }

  // Each is one of its own, whatever it writes; those of a record compare all that it has.

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  /** Returns the same write with a handler for a refusal. */
  public LogWrite orElse(Refused otherwise) {
    return new LogWrite(topic, partition, key, value, headers, stored, otherwise);
  }
}
