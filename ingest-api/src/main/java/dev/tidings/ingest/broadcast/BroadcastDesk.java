package dev.tidings.ingest.broadcast;

import static java.util.Objects.requireNonNull;

import dev.tidings.net.limit.RateLimiter;
import dev.tidings.schemas.topic.ChannelKey;
import dev.tidings.schemas.value.NotificationId;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a broadcast may be sent, and gives it to the log. How many a team may have at a
 * time counts those of all processes, as far as this one has read them, and those that it is
 * writing; how many a minute, those that came here. Where nobody has to prove who he is, the apps
 * take the place of teams. Thread-safe; never blocks.
 */
public final class BroadcastDesk {
  private static final int MOST_TEAMS = 4_096;

  private final Broadcasts log;
  private final Function<String, Optional<String>> teams;
  private final Limits limits;
  private final RateLimiter<String> pace;
  private final LongSupplier nanoTime;
  private final Map<String, Integer> beingWritten = new HashMap<>();
  private final AtomicLong accepted = new AtomicLong();
  private final Map<Bound, AtomicLong> refused = new EnumMap<>(Bound.class);

  /** A bound of broadcasts that are taken at a time. */
  public enum Bound {
    /** The team has too many that have not ended. */
    OPEN,
    /** The team has sent too many in a minute. */
    PER_MINUTE,
    /** Too many are being written. */
    BUSY;

    /** Returns its name in meters. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * How many broadcasts a team may send.
   *
   * @param atATime that have not ended
   */
  public record Limits(int atATime, int perMinute) {}

  /**
   * Creates the desk.
   *
   * @param teams tells the team of an app
   * @param nanoTime as {@link System#nanoTime}
   */
  public BroadcastDesk(
      Broadcasts log,
      Function<String, Optional<String>> teams,
      Limits limits,
      LongSupplier nanoTime) {
    this.log = log;
    this.teams = teams;
    this.limits = limits;
    this.pace =
        new RateLimiter<>(
            limits.perMinute(),
            RateLimiter.perMinute(limits.perMinute()),
            Duration.ZERO,
            MOST_TEAMS);
    this.nanoTime = nanoTime;
    for (Bound each : Bound.values()) {
      refused.put(each, new AtomicLong());
    }
  }

  Broadcasts log() {
    return log;
  }

  /**
   * Sends one. The same again, with its id, is written once more: where it came before, the first
   * one counts.
   *
   * @param team on whose behalf; null if nobody has to prove that
   * @param result told exactly once, in any thread
   */
  public void send(
      NewBroadcast broadcast,
      byte[] payload,
      @Nullable String team,
      Consumer<BroadcastResult> result) {
    if (!log.isKnown()) {
      result.accept(new BroadcastResult.Unready());
      return;
    }
    Optional<BroadcastState> known = log.find(broadcast.id());
    if (known.filter(state -> isDifferent(state, broadcast)).isPresent()) {
      result.accept(new BroadcastResult.Different());
      return;
    }
    String owner = team == null ? "app " + broadcast.app() : "team " + team;
    long early = pace.tryCount(owner, nanoTime.getAsLong());
    if (early > 0) {
      count(Bound.PER_MINUTE);
      result.accept(new BroadcastResult.TooFast(limits.perMinute(), early));
      return;
    }
    if (!enter(owner, broadcast, team, known.isPresent())) {
      pace.giveBack(owner);
      count(Bound.OPEN);
      result.accept(new BroadcastResult.TooMany(limits.atATime()));
      return;
    }
    log.send(
        broadcast,
        payload,
        given -> {
          leaveWhenKnown(owner);
          if (given instanceof BroadcastResult.Accepted) {
            accepted.incrementAndGet();
          } else if (given instanceof BroadcastResult.Busy) {
            count(Bound.BUSY);
            pace.giveBack(owner);
          }
          result.accept(given);
        });
  }

  /**
   * Has what is kept of a channel forgotten. It is not limited as what is sent: there is one for
   * each channel that is deleted.
   *
   * @param id that nothing else has
   * @param result told exactly once, in any thread
   */
  public void forget(NotificationId id, ChannelKey channel, Consumer<BroadcastResult> result) {
    log.send(NewBroadcast.forgetting(id, channel), new byte[0], result);
  }

  private static boolean isDifferent(BroadcastState known, NewBroadcast broadcast) {
    return !known.app().equals(broadcast.app().value())
        || !known.condition().equals(broadcast.condition().toString());
  }

  private synchronized boolean enter(
      String owner, NewBroadcast broadcast, @Nullable String team, boolean isKnown) {
    int writing = beingWritten.getOrDefault(owner, 0);
    int open =
        log.open(app ->
            team == null
                ? app.equals(broadcast.app().value())
                : teams.apply(app).filter(team::equals).isPresent());
    if (!isKnown && open + writing >= limits.atATime()) {
      return false;
    }
    beingWritten.put(owner, writing + 1);
    return true;
  }

  /** It counts as being written until it counts as one that is known. */
  private void leaveWhenKnown(String owner) {
    Optional<CompletionStage<Void>> caughtUp = log.catchUp();
    if (caughtUp.isEmpty()) {
      leave(owner);
    } else {
      var _ = caughtUp.get().whenComplete((_, _) -> leave(owner));
    }
  }

  private synchronized void leave(String owner) {
    beingWritten.computeIfPresent(owner, (_, count) -> count == 1 ? null : count - 1);
  }

  private void count(Bound why) {
    requireNonNull(refused.get(why)).incrementAndGet();
  }

  /** Returns how many were refused here. */
  public long refused(Bound why) {
    return requireNonNull(refused.get(why)).get();
  }

  /** Returns how many were accepted here. */
  public long accepted() {
    return accepted.get();
  }

  /** Returns what is known of one. */
  Optional<BroadcastState> find(NotificationId id) {
    return log.find(id);
  }
}
