package dev.tidings.node.log.decode;

import dev.tidings.node.log.partition.OwnedPartition;
import dev.tidings.node.log.partition.OwnedPartitions;
import dev.tidings.node.log.partition.ReaderConsumer;
import dev.tidings.node.log.partition.ReaderMeters;
import dev.tidings.service.kafka.damage.Damage;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Skips a batch that the consumer cannot read, for example because of a wrong checksum: its
 * partition alone is suspended, since another replica may be intact, or the records are skipped if
 * the operator wants that. For the reader's thread.
 */
public final class DamagedBatches {
  private static final Logger LOG = LoggerFactory.getLogger(DamagedBatches.class);
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int TRIES_BEFORE_PASSING_OVER = 3;

  private final ReaderConsumer consumer;
  private final OwnedPartitions owned;
  private final boolean skipsCorrupt;
  private final ReaderMeters meters;

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
      if (Damage.isOf(reading.partition(), e)) {
        handle(reading, e);
        return true;
      }
    }
    return false;
  }

  private void handle(OwnedPartition reading, KafkaException e) {
    if (!skipsCorrupt) {
      owned.suspend(reading, RETRY_NANOS, Damage.reason(e));
    } else if (reading.attempts() < TRIES_BEFORE_PASSING_OVER) {
      owned.suspend(reading, OwnedPartitions.RETRY_NANOS, Damage.reason(e));
    } else {
      // The number of records in a damaged batch is unknown, so they are skipped one by one.
      meters.skipped(reading.number(), "corrupt", 1);
      LOG.error("{} offset {} is skipped: {}", reading.partition(), reading.next(), e + "");
      reading.skip();
      owned.reassign(reading);
      consumer.get().seek(reading.partition(), reading.next());
    }
  }
}
