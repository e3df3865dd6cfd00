package dev.tidings.node.log;

import dev.tidings.node.log.life.Beginning;
import dev.tidings.node.log.life.Beginning.Discontinuity;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells whoever is on call that a partition is not read on where it was left. */
final class BeginningLog {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveryReader.class);

  private BeginningLog() {}

  static void of(TopicPartition partition, Beginning beginning, ReaderMeters meters) {
    long offset = beginning.offset();
    if (beginning.discontinuity().isEmpty()) {
      LOG.info("{}: read from offset {} on", partition, offset);
      return;
    }
    Discontinuity discontinuity = beginning.discontinuity().get();
    meters.discontinued(discontinuity);
    switch (discontinuity) {
      case TOPIC_MADE_ANEW ->
          LOG.error(
              "{}: the topic was made anew (its id is {} now). What was committed says nothing of"
                  + " it: all that it has is read, from offset {} on, as life {}",
              partition,
              beginning.life().topic(),
              offset,
              beginning.life().number());
      case TAIL_LOST ->
          LOG.error(
              "{}: the log has lost records that were read, and uses their offsets anew. It is read"
                  + " from offset {} on, as life {}; what was read before may be repeated",
              partition,
              offset,
              beginning.life().number());
      case COMMIT_LOST ->
          LOG.error(
              "{}: its commit is gone (deleted, or expired: the broker's"
                  + " offsets.retention.minutes). All that is kept is read, from offset {} on: what"
                  + " was delivered is repeated",
              partition,
              offset);
      case OVERTAKEN -> {
        meters.skipped(partition.partition(), discontinuity.label(), beginning.skipped());
        LOG.error(
            "{}: {} deliveries were dropped by the topic's retention before they were read. It is"
                + " read from offset {} on",
            partition,
            beginning.skipped(),
            offset);
      }
    }
  }
}
