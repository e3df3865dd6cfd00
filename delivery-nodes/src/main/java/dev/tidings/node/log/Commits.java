package dev.tidings.node.log;

import dev.tidings.service.health.Health;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits what is resolved, and now and then everything: a broker forgets what is not committed for
 * a while, and a group without members can be deleted under a working node. For one thread, but for
 * {@link #health}.
 */
final class Commits {
  private static final Logger LOG = LoggerFactory.getLogger(Commits.class);
  private static final Duration LAST = Duration.ofSeconds(2);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long WORRY_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Consumer<?, ?> consumer;
  private final long renewal;
  private final ReaderMeters meters;
  private long renewedAt = System.nanoTime();
  private long notBefore = System.nanoTime();
  private int failures;
  private long failingSince;
  private volatile String trouble = "";

  /**
   * @param renewal how often all is committed though nothing has changed
   */
  Commits(Consumer<?, ?> consumer, Duration renewal, ReaderMeters meters) {
    this.consumer = consumer;
    this.renewal = renewal.toNanos();
    this.meters = meters;
  }

  /** Commits what has changed, without waiting for it. */
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
      consumer.commitAsync(offsets, (committed, failure) -> done(committing, failure));
    }
  }

  /** Called in a poll, or in another commit. */
  private void done(List<OwnedPartition> committing, @Nullable Exception failure) {
    long now = System.nanoTime();
    if (failure == null) {
      if (!trouble.isEmpty()) {
        LOG.info("commits are taken again");
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
      LOG.warn("commit failed {} times on end, tried again: {}", failures, failure.toString());
    }
    if (Proof.isRefused(failure) || now - failingSince >= WORRY_NANOS) {
      trouble = "commits fail: " + failure.getMessage();
    }
  }

  Health health() {
    return Health.unless(trouble);
  }

  /** Commits a last time, and waits for it. */
  void last(OwnedPartition reading) {
    while (true) {
      try {
        consumer.commitSync(Map.of(reading.partition(), reading.commit()), LAST);
        return;
      } catch (WakeupException e) {
        // Meant for poll().
      }
    }
  }
}
