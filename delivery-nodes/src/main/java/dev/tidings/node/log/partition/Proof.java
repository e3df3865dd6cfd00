package dev.tidings.node.log.partition;

import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.service.health.Health;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * Decides whether reading works, which only a successful read proves: a broker may let a client
 * look up offsets and yet not read. For one thread, except {@link #health} and {@link #steps}.
 */
public final class Proof {
  /** After this time a broker's refusal would have arrived: an empty response can take as long. */
  private static final long ENOUGH_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private static final long WORRY_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final String NOT_YET = LogTopics.DELIVERIES + " has not been read yet";

  private boolean works;
  private boolean fails;
  private long since;
  private volatile String trouble = "";

  /** Whether no poll has proved yet that the partition can be read whose begin was a step. */
  private boolean first;

  /** The most that were to be read at the same time. */
  private int most;

  private final AtomicLong steps = new AtomicLong();

  /**
   * Another partition is to be read.
   *
   * @param partitions how many there are to be read now
   */
  public void begin(long now, int partitions) {
    works = false;
    since = now;
    if (partitions > most) {
      most = partitions;
      first = true;
      steps.incrementAndGet();
    }
    if (trouble.isEmpty()) {
      trouble = NOT_YET;
    }
  }

  /** A poll has returned without a failure. */
  public void recordRead(boolean anything, long now) {
    if (works) {
      return;
    }
    if (fails) {
      fails = false;
      since = now;
    }
    if (anything || now - since >= ENOUGH_NANOS) {
      works = true;
      trouble = "";
      if (first) {
        first = false;
        steps.incrementAndGet();
      }
    }
  }

  /** A poll has failed and is retried. */
  public void recordFailure(KafkaException why, long now) {
    if (!fails) {
      fails = true;
      works = false;
      since = now;
    }
    if (isRefused(why) || now - since >= WORRY_NANOS) {
      trouble = "reading " + LogTopics.DELIVERIES + " fails: " + why.getMessage();
    }
  }

  /** No partition is to be read. */
  public void end() {
    works = true;
    fails = false;
    trouble = "";
  }

  /** Returns whether the failure needs an operator's action. */
  public static boolean isRefused(Throwable why) {
    return why instanceof AuthorizationException || why instanceof AuthenticationException;
  }

  /**
   * Returns a number that grows when more partitions than ever are begun, and when it is proved for
   * the first time that those can be read; one that begins again and again is no step. Thread-safe.
   */
  public long steps() {
    return steps.get();
  }

  public Health health() {
    return Health.unless(trouble);
  }
}
