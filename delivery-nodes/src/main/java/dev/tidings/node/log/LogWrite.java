package dev.tidings.node.log;

import dev.tidings.schemas.topic.LogTopic;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * One record to be written.
 *
 * @param partition where it goes; null for the one its key says
 * @param value null for a tombstone
 * @param stored called once the log has it, on the producer's thread: it must not block
 * @param refused called instead if the log will never take it, on any thread: it must not block
 */
public record LogWrite(
    LogTopic<?> topic,
    @Nullable Integer partition,
    byte[] key,
    LogWrite.@Nullable Value value,
    List<Header> headers,
    Runnable stored,
    LogWrite.Refused refused) {

  /** Hears that the log will never take a record: it is too large, or can't be serialized. */
  @FunctionalInterface
  public interface Refused {
    void because(String why);
  }

  /** What a record carries. */
  public sealed interface Value {
    /** A record still to be serialized, on the writer's thread. */
    record Avro(SpecificRecord record) implements Value {}

    /** Bytes as they came. */
    record Raw(byte @Nullable [] bytes) implements Value {}
  }

  /** A record without which the rest goes on: should the log refuse it, that is the end of it. */
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

  /** The same, with somebody who knows what else to do. */
  public LogWrite orElse(Refused otherwise) {
    return new LogWrite(topic, partition, key, value, headers, stored, otherwise);
  }
}
