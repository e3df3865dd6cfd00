package dev.tidings.node.log;

import dev.tidings.service.health.Health;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits the commit points of all partitions: those that changed, and at intervals all of them,
 * because a broker expires commits that are not renewed, and a group without members can be deleted
 * under a running node. For one thread, except {@link #health}.
 */
final class Commits {
  private static final Logger LOG = LoggerFactory.getLogger(Commits.class);
  private static final Duration LAST = Duration.ofSeconds(2);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long WORRY_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Supplier<? extends Consumer<?, ?>> consumer;
  private final long renewal;
  private final ReaderMeters meters;
  private long renewedAt = System.nanoTime();
  private long notBefore = System.nanoTime();
  private int failures;
  private long failingSince;
  private volatile String trouble = "";

  /**
   * @param renewal the interval at which all points are committed even if unchanged
   */
  Commits(Supplier<? extends Consumer<?, ?>> consumer, Duration renewal, ReaderMeters meters) {
    this.consumer = consumer;
    this.renewal = renewal.toNanos();
    this.meters = meters;
  }

  /** Commits the points that have changed, asynchronously. */
  void commit(Collection<OwnedPartition> owned) {
    long now = System.nanoTime();
    if (now - notBefore < 0) {
      return;
    }
    boolean renews = now - renewedAt >= renewal;
    if (renews) {
      renewedAt = now;
    }
    List<OwnedPartition> committing = new ArrayList<>();
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (OwnedPartition reading : owned) {
      if (renews || reading.isUncommitted()) {
        reading.uncommitted(false);
        committing.add(reading);
        offsets.put(reading.partition(), reading.commit());
      }
    }
    if (!offsets.isEmpty()) {
      consumer.get().commitAsync(offsets, (committed, failure) -> done(committing, failure));
    }
  }

  /** Completion of a commit. Called during a poll or another commit. */
  private void done(List<OwnedPartition> committing, @Nullable Exception failure) {
    long now = System.nanoTime();
    if (failure == null) {
      if (!trouble.isEmpty()) {
        LOG.info("commits succeed again");
      }
      failures = 0;
      trouble = "";
      return;
    }
    committing.forEach(reading -> reading.uncommitted(true));
    meters.commitFailed();
    notBefore = now + PAUSE_NANOS;
    if (failures++ == 0) {
      failingSince = now;
    }
    if (Integer.bitCount(failures) == 1) {
      LOG.warn("commit failed {} times in a row, it is retried: {}", failures, failure.toString());
    }
    if (Proof.isRefused(failure) || now - failingSince >= WORRY_NANOS) {
      trouble = "commits fail: " + failure.getMessage();
    }
  }

  Health health() {
    return Health.unless(trouble);
  }

  /** Commits a last time, synchronously. */
  void last(OwnedPartition reading) {
    while (true) {
      try {
        consumer.get().commitSync(Map.of(reading.partition(), reading.commit()), LAST);
        return;
      } catch (WakeupException e) {
        // The wake-up was meant for poll().
      }
    }
  }
}
