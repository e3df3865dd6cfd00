package dev.tidings.node.log.partition;

import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.service.health.Health;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * Decides whether reading works, which only a successful read proves: a broker may let a client
 * look up offsets and yet not read. For one thread, except {@link #health}.
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

  /** Another partition is to be read. */
  public void begin(long now) {
    works = false;
    since = now;
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

  public Health health() {
    return Health.unless(trouble);
  }
}
