package dev.tidings.node.log.write;

import dev.tidings.node.log.write.LogWrite.Value;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.Partitioning;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.topic.TopicNames;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Serializes records and passes them to the producer, at most so many of one partition at a time.
 * For the writer's thread.
 */
final class RecordSender {
  /** What a record takes in the producer beside its key and its value. */
  private static final int OVERHEAD_BYTES = 64;

  private final WriterProducer producer;
  private final TopicNames names;
  private final AvroSerializer<SpecificRecord> serializer;
  private final UnacknowledgedWrites given;
  private final Results results;

  /** How many partitions topics have, as they were a moment ago. */
  private final Map<String, Counted> counted = new HashMap<>();

  /**
   * How many partitions a topic has: to ask the producer again for each record takes as long as to
   * find the record's own.
   *
   * @param at by the time that records are given to the producer by: it moves on once in a second
   */
  private record Counted(Producer<byte[], byte[]> by, long at, int partitions) {}

  /** The number of writes handed to a producer so far. */
  private long sent;

  /** Hears what became of the records. */
  interface Results {
    /** The producer has returned a record; on its thread. */
    void returned(
        LogWrite write,
        long number,
        boolean probe,
        Producer<byte[], byte[]> by,
        @Nullable Exception failure);

    /** The producer may have more of a partition again; on its thread. */
    void hasRoom();

    /** A record could not be passed to the producer. */
    void failed(WriteOutcome outcome);
  }

  /**
   * @param given what the producer has
   */
  RecordSender(
      WriterProducer producer,
      TopicNames names,
      AvroSerializer<SpecificRecord> serializer,
      UnacknowledgedWrites given,
      Results results) {
    this.producer = producer;
    this.names = names;
    this.serializer = serializer;
    this.given = given;
    this.results = results;
  }

  /** Sends a record, at once or when the producer has less of its partition. */
  void send(LogWrite write, long now) {
    send(write, false, false, now);
  }

  /** Sends the one record that is attempted of a topic that accepts nothing. */
  void probe(LogWrite write, long now) {
    send(write, true, true, now);
  }

  /** Returns whether records wait until the producer has less of their partitions. */
  boolean hasQueued() {
    return given.hasQueued();
  }

  /** Sends the records that may be sent by now. */
  void release(long now) {
    given.release(write -> send(write, false, true, now));
  }

  /**
   * Both the registry and the broker may be unavailable.
   *
   * @param atOnce whether it is passed on even if the producer has enough of its partition
   * @param now the time, or a little before
   */
  private void send(LogWrite write, boolean probe, boolean atOnce, long now) {
    Producer<byte[], byte[]> by = producer.current();
    long number = ++sent;
    try {
      String topic = names.of(write.topic());
      @Nullable Integer partition = partition(write, topic, by, now);
      PartitionWrites to = given.of(topic, partition == null ? 0 : partition);
      if (!atOnce && !to.takes()) {
        given.queue(to, write);
        return;
      }
      byte @Nullable [] value = bytes(write, topic);
      int bytes = write.key().length + (value == null ? 0 : value.length) + OVERHEAD_BYTES;
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(topic, partition, null, write.key(), value, write.headers());
      to.give(bytes, now);
      try {
        by.send(
            record,
            (metadata, failure) -> {
              if (to.answered(bytes)) {
                results.hasRoom();
              }
              results.returned(write, number, probe, by, failure);
            });
      } catch (RuntimeException e) {
        to.answered(bytes);
        throw e;
      }
    } catch (InterruptException e) {
      throw e;
    } catch (RuntimeException e) {
      results.failed(new WriteOutcome(write, number, probe, by, e));
    }
  }

  /**
   * Returns the partition of a record: a receipt's is determined by its notification's id alone,
   * whatever else is in its key. Null if the topic has none.
   */
  private @Nullable Integer partition(
      LogWrite write, String topic, Producer<byte[], byte[]> by, long now) {
    if (write.partition() != null) {
      return write.partition();
    }
    int partitions = partitions(topic, by, now);
    if (partitions == 0) {
      return null;
    }
    return write.topic().equals(LogTopics.RECEIPTS)
        ? ReceiptKey.partition(write.key(), partitions)
        : Partitioning.partition(write.key(), partitions);
  }

  private int partitions(String topic, Producer<byte[], byte[]> by, long now) {
    @Nullable Counted known = counted.get(topic);
    if (known == null || known.at() != now || !known.by().equals(by)) {
      known = new Counted(by, now, by.partitionsFor(topic).size());
      counted.put(topic, known);
    }
    return known.partitions();
  }

  private byte @Nullable [] bytes(LogWrite write, String topic) {
    return switch (write.value()) {
      case null -> null;
      case Value.Avro(SpecificRecord record) -> serializer.serialize(topic, record);
      case Value.Raw(byte @Nullable [] bytes) -> bytes;
    };
  }
}
