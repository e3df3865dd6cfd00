package dev.tidings.ingest.webhook;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides after each answer of an endpoint what to do next: go on, ask again later, or give up. The
 * time since which it fails is kept where it is served from next; it moves along with a clock that
 * is set, or that went on while nobody asked. For one thread.
 */
final class Attempts {
  private static final int GONE = 410;
  private static final int OK = 200;
  private static final int REDIRECTS = 300;
  private static final int ERRORS = 400;
  private static final Duration LONGEST_ASKED = Duration.ofHours(6);

  /** The pauses after the first failures; the last one after each further. */
  private static final List<Duration> PAUSES =
      List.of(
          Duration.ofSeconds(5),
          Duration.ofSeconds(15),
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          Duration.ofMinutes(15),
          Duration.ofMinutes(30),
          Duration.ofHours(1),
          Duration.ofHours(2));

  /**
   * For so long at least it is asked by whoever goes on where it has failed before: nobody may have
   * asked it in between, and it may be at another URL now.
   */
  private static final Duration ASKED_ANEW = Duration.ofHours(1);

  /** An attempt may be so much later than it should be, before it is put down to the clock. */
  private static final Duration LATE = Duration.ofMinutes(10);

  private final Duration patience;
  private boolean takenOver;
  private @Nullable Instant failedFirst;
  private int failures;
  private @Nullable Instant failingSince;
  private @Nullable Instant next;

  /** What to do. */
  sealed interface Next {
    /** It has taken the events. */
    record GoOn() implements Next {}

    /** The same again, after a pause. */
    record Again(Duration pause, String why) implements Next {}

    /** No more. */
    record GiveUp(String why) implements Next {}

    /** Returns what was wrong; empty if nothing was. */
    default Optional<String> failure() {
      return switch (this) {
        case GoOn() -> Optional.empty();
        case Again(_, String why) -> Optional.of(why);
        case GiveUp(String why) -> Optional.of(why);
      };
    }

    /** Returns when the same is sent again, if it is. */
    default Optional<Instant> at(Instant now) {
      return this instanceof Again(Duration pause, _)
          ? Optional.of(now.plus(pause))
          : Optional.empty();
    }
  }

  /**
   * @param patience how long it may fail
   * @param failingSince since when it does already
   */
  Attempts(Duration patience, Optional<Instant> failingSince) {
    this.patience = patience;
    this.failingSince = failingSince.orElse(null);
    this.takenOver = failingSince.isPresent();
  }

  /** Returns since when there has been no good answer. */
  Optional<Instant> failingSince() {
    return Optional.ofNullable(failingSince);
  }

  /**
   * Decides.
   *
   * @param random from 0 to 1: pauses differ, so that not everything comes again at once
   */
  Next after(WebhookOutcome answer, Instant now, double random) {
    return switch (answer) {
      case WebhookOutcome.Answered(int status, _) when status >= OK && status < REDIRECTS -> {
        failures = 0;
        failingSince = null;
        takenOver = false;
        next = null;
        yield new Next.GoOn();
      }
      case WebhookOutcome.Answered(int status, _) when status == GONE ->
          new Next.GiveUp("the endpoint answers 410 (Gone)");
      case WebhookOutcome.Answered(int status, Optional<Duration> retryAfter) ->
          failed(
              status >= REDIRECTS && status < ERRORS
                  ? "the endpoint answers " + status + ", and redirects are not followed"
                  : "the endpoint answers " + status,
              retryAfter,
              now,
              random);
      case WebhookOutcome.Failed(String why) -> failed(why, Optional.empty(), now, random);
    };
  }

  private Next failed(String why, Optional<Duration> retryAfter, Instant now, double random) {
    Instant since = since(now);
    failingSince = since;
    Duration left = Duration.between(now, end(since, now));
    if (!left.isPositive()) {
      return new Next.GiveUp(
          why + "; it has taken nothing since " + since + ", for " + patience.toHours() + " h");
    }
    Duration pause = PAUSES.get(Math.min(failures, PAUSES.size() - 1));
    failures++;
    Duration spread = pause.plusMillis((long) (pause.toMillis() * 0.2 * random));
    Duration asked = retryAfter.orElse(Duration.ZERO);
    Duration longer =
        shorter(asked, LONGEST_ASKED).compareTo(spread) > 0
            ? shorter(asked, LONGEST_ASKED)
            : spread;
    // The last attempt is made when the time is over, not hours later.
    Duration until = shorter(longer, left);
    next = now.plus(until);
    return new Next.Again(until, why);
  }

  private Instant since(Instant now) {
    if (failingSince == null) {
      return now;
    }
    if (next == null) {
      // The clock of whoever kept it was ahead.
      return failingSince.isAfter(now) ? now : failingSince;
    }
    Duration late = Duration.between(next, now);
    if (late.abs().compareTo(LATE) <= 0) {
      return failingSince;
    }
    if (failedFirst != null) {
      failedFirst = failedFirst.plus(late);
    }
    return failingSince.plus(late);
  }

  /** Returns when the last attempt is made. */
  private Instant end(Instant since, Instant now) {
    Instant end = since.plus(patience);
    if (!takenOver) {
      return end;
    }
    Instant first = failedFirst == null ? now : failedFirst;
    failedFirst = first;
    Instant anew = first.plus(shorter(patience, ASKED_ANEW));
    return anew.isAfter(end) ? anew : end;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
