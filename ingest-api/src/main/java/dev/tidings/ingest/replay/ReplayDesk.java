package dev.tidings.ingest.replay;

import dev.tidings.net.limit.RateLimiter;
import dev.tidings.schemas.avro.ReplayOrder;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a replay may be ordered. How many are under way counts those of all processes, as
 * far as this one has read them, and those that it is writing; how many a minute, those that came
 * here. Thread-safe.
 */
public final class ReplayDesk {
  private static final int MOST_TEAMS = 4_096;

  private final ReplayOrders log;
  private final Limits limits;
  private final RateLimiter<String> pace;
  private final LongSupplier nanoTime;
  private final AtomicLong refused = new AtomicLong();

  /** Those that are being written, of all teams: they count for each, for a moment. */
  private int beingWritten;

  /**
   * How many there may be.
   *
   * @param ofTeam under way at a time
   * @param ofAll under way at a time
   * @param perMinute of a team
   * @param rate how many notifications a second one sends at most
   */
  public record Limits(int ofTeam, int ofAll, int perMinute, int rate) {}

  /** Why one may not be ordered. */
  sealed interface Refusal {
    /** There are too many under way. */
    record TooMany(String limit, int most) implements Refusal {}

    /** There were too many in a minute. */
    record TooFast(String limit, int most, long nanos) implements Refusal {}
  }

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  public ReplayDesk(ReplayOrders log, Limits limits, LongSupplier nanoTime) {
    this.log = log;
    this.limits = limits;
    this.pace =
        new RateLimiter<>(
            limits.perMinute(),
            RateLimiter.perMinute(limits.perMinute()),
            Duration.ZERO,
            MOST_TEAMS);
    this.nanoTime = nanoTime;
  }

  ReplayOrders log() {
    return log;
  }

  int mostRate() {
    return limits.rate();
  }

  /**
   * Takes a place, until {@link #leave}.
   *
   * @param team null where nobody has to prove who he is: those share one
   * @return why there is none; null if there is
   */
  synchronized @Nullable Refusal enter(@Nullable String team) {
    long early = pace.tryCount(team == null ? "" : team, nanoTime.getAsLong());
    @Nullable Refusal refusal =
        early > 0
            ? new Refusal.TooFast("replays-per-minute", limits.perMinute(), early)
            : log.open(_ -> true) + beingWritten >= limits.ofAll()
                ? new Refusal.TooMany("replays-of-all", limits.ofAll())
                : log.open(order -> isOf(order, team)) + beingWritten >= limits.ofTeam()
                    ? new Refusal.TooMany("replays", limits.ofTeam())
                    : null;
    if (refusal == null) {
      beingWritten++;
    } else {
      refused.incrementAndGet();
    }
    return refusal;
  }

  private static boolean isOf(ReplayOrder order, @Nullable String team) {
    return Objects.equals(order.getTeam(), team);
  }

  /** It is known, or was not written. */
  synchronized void leave() {
    beingWritten--;
  }

  /** Returns how many were refused. */
  public long refused() {
    return refused.get();
  }
}
