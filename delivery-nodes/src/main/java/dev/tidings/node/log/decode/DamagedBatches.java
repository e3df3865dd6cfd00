package dev.tidings.node.log.decode;

import dev.tidings.node.log.partition.OwnedPartition;
import dev.tidings.node.log.partition.OwnedPartitions;
import dev.tidings.node.log.partition.ReaderConsumer;
import dev.tidings.node.log.partition.ReaderMeters;
import dev.tidings.service.kafka.damage.Damage;
import dev.tidings.service.kafka.damage.DamagedRecord;
import java.util.Map;
import java.util.WeakHashMap;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles a batch that the consumer cannot read, for example because of a wrong checksum: its
 * partition alone is suspended, or its records are skipped, as {@link DamagedRecord} says. What the
 * guarded consumers of other topics do by pausing, the reader does by suspending. For the reader's
 * thread.
 */
public final class DamagedBatches {
  private static final Logger LOG = LoggerFactory.getLogger(DamagedBatches.class);

  private final ReaderConsumer consumer;
  private final OwnedPartitions owned;
  private final boolean skipsCorrupt;
  private final ReaderMeters meters;

  /** By the identity of the partition, for as long as it is owned. */
  private final Map<OwnedPartition, DamagedRecord> damaged = new WeakHashMap<>();

  public DamagedBatches(
      ReaderConsumer consumer, OwnedPartitions owned, boolean skipsCorrupt, ReaderMeters meters) {
    this.consumer = consumer;
    this.owned = owned;
    this.skipsCorrupt = skipsCorrupt;
    this.meters = meters;
  }

  /** Handles a failed poll if the consumer names a partition. Returns whether it does. */
  public boolean handle(KafkaException e) {
    for (OwnedPartition reading : owned.all()) {
      if (Damage.isOfBytes(reading.partition(), e)) {
        handle(reading, e);
        return true;
      }
    }
    return false;
  }

  private void handle(OwnedPartition reading, KafkaException e) {
    DamagedRecord record =
        damaged.computeIfAbsent(reading, first -> new DamagedRecord(skipsCorrupt));
    if (!record.isSkipped(reading.next())) {
      owned.suspend(reading, record.patience().toNanos(), Damage.reason(e));
    } else {
      meters.skipped(reading.number(), "corrupt", 1);
      LOG.error("{} offset {} is skipped: {}", reading.partition(), reading.next(), e + "");
      reading.skip();
      owned.reassign(reading);
      consumer.get().seek(reading.partition(), reading.next());
    }
  }
}
