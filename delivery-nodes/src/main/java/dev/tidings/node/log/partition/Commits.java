package dev.tidings.node.log.partition;

import dev.tidings.service.health.Health;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
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
public final class Commits {
  private static final Logger LOG = LoggerFactory.getLogger(Commits.class);

  /** How long a last commit waits while commits fail: the other partitions wait for it. */
  private static final Duration WHILE_FAILING = Duration.ofMillis(200);

  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long WORRY_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Supplier<? extends Consumer<?, ?>> consumer;
  private final long renewal;
  private final Duration lastWait;
  private final ReaderMeters meters;
  private long renewedAt = System.nanoTime();
  private long notBefore = System.nanoTime();
  private int failures;
  private long failingSince;
  private volatile String trouble = "";

  /**
   * @param renewal the interval at which all points are committed even if unchanged
   * @param lastWait how long the last commit of a partition may delay the other partitions
   */
  public Commits(
      Supplier<? extends Consumer<?, ?>> consumer,
      Duration renewal,
      Duration lastWait,
      ReaderMeters meters) {
    this.consumer = consumer;
    this.renewal = renewal.toNanos();
    this.lastWait = lastWait;
    this.meters = meters;
  }

  /** Commits the points that have changed, asynchronously. */
  public void commit(Collection<OwnedPartition> owned) {
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
    if (failure == null) {
      if (!trouble.isEmpty()) {
        LOG.info("commits succeed again, of {}", partitions(committing));
      }
      failures = 0;
      trouble = "";
      return;
    }
    committing.forEach(reading -> reading.uncommitted(true));
    failed(partitions(committing), failure);
    if (Proof.isRefused(failure) || System.nanoTime() - failingSince >= WORRY_NANOS) {
      trouble = "commits fail: " + failure.getMessage();
    }
  }

  private static String partitions(List<OwnedPartition> committing) {
    return committing.stream()
        .map(reading -> reading.partition() + " at " + reading.commit().offset())
        .collect(Collectors.joining(", "));
  }

  private void failed(String partitions, Exception failure) {
    long now = System.nanoTime();
    meters.commitFailed();
    notBefore = now + PAUSE_NANOS;
    if (failures++ == 0) {
      failingSince = now;
    }
    if (Integer.bitCount(failures) == 1) {
      LOG.warn(
          "commit failed {} times in a row, it is retried, of {}: {}",
          failures,
          partitions,
          failure.toString());
    }
  }

  public Health health() {
    return Health.unless(trouble);
  }

  /** Commits a last time, synchronously. */
  public void last(OwnedPartition reading) {
    Duration wait = failures == 0 ? lastWait : WHILE_FAILING;
    long end = System.nanoTime() + wait.toNanos();
    while (true) {
      try {
        Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
        consumer.get().commitSync(Map.of(reading.partition(), reading.commit()), left);
        return;
      } catch (WakeupException e) {
        // The wake-up was meant for poll().
      } catch (KafkaException e) {
        failed(partitions(List.of(reading)), e);
        throw e;
      }
    }
  }
}
