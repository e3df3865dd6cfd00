package dev.tidings.node.log;

import dev.tidings.node.log.life.Beginning;
import dev.tidings.node.log.life.Beginning.Discontinuity;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs that reading a partition does not continue where it was left. */
final class BeginningLog {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveryReader.class);

  private BeginningLog() {}

  static void of(TopicPartition partition, Beginning beginning, ReaderMeters meters) {
    long offset = beginning.offset();
    if (beginning.discontinuity().isEmpty()) {
      LOG.info("{}: reading starts at offset {}", partition, offset);
      return;
    }
    Discontinuity discontinuity = beginning.discontinuity().get();
    meters.discontinued(discontinuity);
    if (beginning.life().isLast()) {
      LOG.error(
          "{}: no life is left after number {}: it is used again, and entries parked from now on"
              + " may replace others",
          partition,
          beginning.life().number());
    }
    switch (discontinuity) {
      case TOPIC_MADE_ANEW ->
          LOG.error(
              "{}: the topic was recreated (its id is now {}), so the commit does not apply to it."
                  + " All its records are read from offset {}, as life {}",
              partition,
              beginning.life().topic(),
              offset,
              beginning.life().number());
      case TAIL_LOST ->
          LOG.error(
              "{}: the log has lost records that were read, and reuses their offsets. It is read"
                  + " from offset {}, as life {}; deliveries may be repeated",
              partition,
              offset,
              beginning.life().number());
      case COMMIT_LOST ->
          LOG.error(
              "{}: its commit is gone (deleted, or expired: the broker's"
                  + " offsets.retention.minutes). All records in the log are read from offset {}:"
                  + " deliveries are repeated",
              partition,
              offset);
      case OVERTAKEN -> {
        meters.skipped(partition.partition(), discontinuity.label(), beginning.skipped());
        LOG.error(
            "{}: {} deliveries were dropped by the topic's retention before they were read. It is"
                + " read from offset {}",
            partition,
            beginning.skipped(),
            offset);
      }
    }
  }
}
