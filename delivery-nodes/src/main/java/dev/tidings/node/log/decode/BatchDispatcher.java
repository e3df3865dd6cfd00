package dev.tidings.node.log.decode;

import dev.tidings.node.log.decode.DeliveryDecoder.Decoded.Unreadable;
import dev.tidings.node.log.decode.DeliveryDecoder.Decoded.Valid;
import dev.tidings.node.log.partition.DeliverySink;
import dev.tidings.node.log.partition.OwnedPartition;
import dev.tidings.node.log.partition.OwnedPartitions;
import dev.tidings.node.log.write.DeadLetters;
import dev.tidings.node.window.Entry;
import dev.tidings.schemas.registry.client.RegistryException;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes the records of a poll and hands them to their partitions. A record whose schema cannot be
 * had suspends its partition; an unreadable one becomes a dead letter. For the reader's thread.
 */
public final class BatchDispatcher {
  private static final Logger LOG = LoggerFactory.getLogger(BatchDispatcher.class);

  private final OwnedPartitions owned;
  private final DeliveryDecoder decoder;
  private final DeadLetters deadLetters;
  private final MissingSchemas missing;

  public BatchDispatcher(
      OwnedPartitions owned,
      DeliveryDecoder decoder,
      DeadLetters deadLetters,
      LongSupplier nanoTime) {
    this.owned = owned;
    this.decoder = decoder;
    this.deadLetters = deadLetters;
    this.missing = new MissingSchemas(nanoTime);
  }

  public void dispatch(ConsumerRecords<byte[], byte[]> records) {
    for (TopicPartition partition : records.partitions()) {
      @Nullable OwnedPartition reading = owned.find(partition);
      List<ConsumerRecord<byte[], byte[]>> batch = records.records(partition);
      if (reading != null && !batch.isEmpty()) {
        dispatch(reading, batch);
      }
    }
  }

  private void dispatch(OwnedPartition reading, List<ConsumerRecord<byte[], byte[]>> batch) {
    DeliverySink sink = reading.sink();
    List<Entry> entries = new ArrayList<>(batch.size());
    List<Runnable> letters = new ArrayList<>(0);
    @Nullable ConsumerRecord<byte[], byte[]> last = null;
    @Nullable String waitsFor = null;
    for (ConsumerRecord<byte[], byte[]> record : batch) {
      try {
        switch (decode(reading, record)) {
          case Valid(Entry entry) -> entries.add(entry);
          case Unreadable(Entry entry, String why) -> {
            if (!reading.begun().isResolved(entry.sequence())) {
              entries.add(entry);
              letters.add(() -> deadLetters.write(record, why, () -> sink.ended(entry)));
            }
          }
        }
        last = record;
      } catch (RegistryException | UnreadableRecordException e) {
        waitsFor = String.valueOf(e.getMessage());
        break;
      }
    }
    if (last != null) {
      sink.arrived(entries, reading.life().sequence(last.offset() + 1));
      reading.recordRead(last.offset() + 1, last.leaderEpoch());
    }
    // Written only now, because the window has to know an entry before it can be resolved.
    letters.forEach(Runnable::run);
    if (waitsFor != null) {
      owned.suspend(reading, OwnedPartitions.RETRY_NANOS, waitsFor);
    } else if (reading.trouble().isPresent()) {
      LOG.info("{} is read again from offset {}", reading.partition(), batch.getFirst().offset());
      owned.recovered(reading);
    }
  }

  private DeliveryDecoder.Decoded decode(
      OwnedPartition reading, ConsumerRecord<byte[], byte[]> record) {
    try {
      return decoder.decode(record, reading.life());
    } catch (UnreadableRecordException e) {
      // The five bytes before the record are there, otherwise no schema would have been missing.
      int schema = ByteBuffer.wrap(record.value()).getInt(1);
      if (!missing.isHopeless(schema)) {
        if (reading.mayBeKnownSoon(record.offset())) {
          throw e;
        }
        missing.givenUp(schema);
      }
      return decoder.givenUp(record, reading.life(), e);
    }
  }
}
