package dev.tidings.node.log;

import dev.tidings.node.log.life.LogLookup;
import dev.tidings.node.log.partition.OwnedPartition;
import dev.tidings.node.log.partition.OwnedPartitions;
import dev.tidings.node.log.partition.ReaderConsumer;
import dev.tidings.node.log.partition.ReaderMeters;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;

/**
 * Checks at intervals whether the topic is still the same, and how many records of each partition
 * are unread. For the reader's thread.
 */
final class LogWatch {
  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final ReaderConsumer consumer;
  private final OwnedPartitions owned;
  private final String topic;
  private final LogLookup lookup;
  private final Consumer<Uuid> found;
  private final ReaderMeters meters;
  private long lookedAt = System.nanoTime();

  /**
   * @param found told, on any thread, which id the topic has
   */
  LogWatch(
      ReaderConsumer consumer,
      OwnedPartitions owned,
      String topic,
      LogLookup lookup,
      Consumer<Uuid> found,
      ReaderMeters meters) {
    this.consumer = consumer;
    this.owned = owned;
    this.topic = topic;
    this.lookup = lookup;
    this.found = found;
    this.meters = meters;
  }

  /** To be called every turn. */
  void look() {
    long now = System.nanoTime();
    if (now - lookedAt < INTERVAL_NANOS) {
      return;
    }
    lookedAt = now;
    lookup
        .of(topic)
        .whenComplete((id, failure) -> {
          if (id != null) {
            found.accept(id);
          }
        });
    for (OwnedPartition reading : owned.all()) {
      if (consumer.get().assignment().contains(reading.partition())) {
        consumer
            .get()
            .currentLag(reading.partition())
            .ifPresent(records -> meters.lag(reading.number(), records));
      }
    }
  }
}
