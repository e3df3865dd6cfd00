package dev.tidings.node.log.start;

import dev.tidings.node.log.life.StartPoint;
import dev.tidings.node.log.life.StartPoint.Discontinuity;
import dev.tidings.node.log.partition.ReaderMeters;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs that reading a partition does not continue where it was left. */
final class StartPointLog {
  private static final Logger LOG = LoggerFactory.getLogger(StartPointLog.class);

  private StartPointLog() {}

  static void of(TopicPartition partition, StartPoint startPoint, ReaderMeters meters) {
    long offset = startPoint.offset();
    if (startPoint.discontinuity().isEmpty()) {
      LOG.info("{}: reading starts at offset {}", partition, offset);
      return;
    }
    Discontinuity discontinuity = startPoint.discontinuity().get();
    meters.discontinued(discontinuity);
    if (startPoint.life().isLast()) {
      LOG.error(
          "{}: no life is left after number {}: it is used again, and entries parked from now on"
              + " may replace others",
          partition,
          startPoint.life().number());
    }
    switch (discontinuity) {
      case TOPIC_MADE_ANEW ->
          LOG.error(
              "{}: the topic was recreated (its id is now {}), so the commit does not apply to it."
                  + " All its records are read from offset {}, as life {}",
              partition,
              startPoint.life().topic(),
              offset,
              startPoint.life().number());
      case TAIL_LOST ->
          LOG.error(
              "{}: the log has lost records that were read, and reuses their offsets. It is read"
                  + " from offset {}, as life {}; deliveries may be repeated",
              partition,
              offset,
              startPoint.life().number());
      case COMMIT_LOST ->
          LOG.error(
              "{}: its commit is gone (deleted, or expired: the broker's"
                  + " offsets.retention.minutes). All records in the log are read from offset {}:"
                  + " deliveries are repeated",
              partition,
              offset);
      case OVERTAKEN -> {
        meters.skipped(partition.partition(), discontinuity.label(), startPoint.skipped());
        LOG.error(
            "{}: {} deliveries were dropped by the topic's retention before they were read. It is"
                + " read from offset {}",
            partition,
            startPoint.skipped(),
            offset);
      }
    }
  }
}
