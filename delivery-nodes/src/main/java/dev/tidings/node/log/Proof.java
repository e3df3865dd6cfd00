package dev.tidings.node.log;

import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.service.health.Health;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * Whether reading works: only to have read tells that it does. A broker may let a client look
 * offsets up and not read. For one thread, but for {@link #health}.
 */
final class Proof {
  /** A broker's refusal has come by then: an empty answer takes it up to this long, too. */
  private static final long ENOUGH_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private static final long WORRY_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final String NOT_YET = LogTopics.DELIVERIES + " has not been read yet";

  private boolean works;
  private boolean fails;
  private long since;
  private volatile String trouble = "";

  /** One partition more is to be read. */
  void begins(long now) {
    works = false;
    since = now;
    if (trouble.isEmpty()) {
      trouble = NOT_YET;
    }
  }

  /** A look at the log has come back without a failure. */
  void reads(boolean anything, long now) {
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

  /** It has failed, and is tried again. */
  void fails(KafkaException why, long now) {
    if (!fails) {
      fails = true;
      works = false;
      since = now;
    }
    if (isRefused(why) || now - since >= WORRY_NANOS) {
      trouble = "reading " + LogTopics.DELIVERIES + " fails: " + why.getMessage();
    }
  }

  /** Nothing is to be read. */
  void ends() {
    works = true;
    fails = false;
    trouble = "";
  }

  /** Whether somebody has to do something about it. */
  static boolean isRefused(Throwable why) {
    return why instanceof AuthorizationException || why instanceof AuthenticationException;
  }

  Health health() {
    return Health.unless(trouble);
  }
}
