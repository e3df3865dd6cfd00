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

  /** Whether no poll has proved yet that what was begun last can be read. */
  private boolean first;

  private final AtomicLong steps = new AtomicLong();

  /** Another partition is to be read. */
  public void begin(long now) {
    works = false;
    first = true;
    since = now;
    steps.incrementAndGet();
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
   * Returns a number that grows with each partition that is begun, and when it is proved for the
   * first time that it can be read. Thread-safe.
   */
  public long steps() {
    return steps.get();
  }

  public Health health() {
    return Health.unless(trouble);
  }
}
