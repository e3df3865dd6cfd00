package dev.tidings.ingest.channel;

import dev.tidings.net.limit.RateLimiter;
import dev.tidings.schemas.topic.ChannelKey;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.ChannelId;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a channel may be created, and gives it to the log. How many there may be counts
 * those of all processes, as far as this one has read them, and those that it is writing: processes
 * that create at the same moment may exceed a limit by as many. Where nobody has to prove who he
 * is, the apps take the place of teams. Thread-safe; never blocks.
 */
public final class ChannelDesk {
  private static final int MOST_TEAMS = 4_096;
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final int LISTS_AT_ONCE = 10;
  private static final Duration BETWEEN_LISTS = Duration.ofSeconds(1);

  /** One team has at most this part of all. */
  private static final int SHARE_OF_TEAM = 4;

  private final Channels log;
  private final Function<String, Optional<String>> teams;
  private final Limits limits;
  private final RateLimiter<String> pace;
  private final RateLimiter<String> lists;
  private final LongSupplier nanoTime;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Integer> beingWritten = new HashMap<>();
  private final AtomicLong created = new AtomicLong();
  private final AtomicLong deleted = new AtomicLong();

  /**
   * How many channels there may be.
   *
   * @param perApp of one app
   * @param all of all apps
   * @param perMinute created by one team here
   */
  public record Limits(int perApp, int all, int perMinute) {}

  /**
   * Creates the desk.
   *
   * @param teams tells the team of an app
   * @param nanoTime as {@link System#nanoTime}
   */
  public ChannelDesk(
      Channels log,
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
    this.lists = new RateLimiter<>(LISTS_AT_ONCE, BETWEEN_LISTS, Duration.ZERO, MOST_TEAMS);
    this.nanoTime = nanoTime;
  }

  /** Returns the channels in the log. */
  public Channels log() {
    return log;
  }

  /**
   * Creates one, and waits a little until it is known here.
   *
   * @param team on whose behalf; null if nobody has to prove that
   * @param result told exactly once, in any thread, with the id that was tried
   */
  public void create(
      AppId app,
      boolean stores,
      @Nullable String team,
      BiConsumer<ChannelId, ChannelResult> result) {
    ChannelKey key = new ChannelKey(app, ChannelId.random(random));
    if (!log.isKnown()) {
      result.accept(key.id(), new ChannelResult.Unready());
      return;
    }
    String owner = owner(app, team);
    long early = pace.tryCount(owner, nanoTime.getAsLong());
    if (early > 0) {
      result.accept(key.id(), new ChannelResult.TooFast(early));
      return;
    }
    if (!enter(app.value(), team)) {
      pace.giveBack(owner);
      result.accept(key.id(), new ChannelResult.TooMany());
      return;
    }
    log.create(
        key,
        stores,
        written -> {
          if (!(written instanceof ChannelResult.Done)) {
            leave(app.value());
            result.accept(key.id(), written);
            return;
          }
          created.incrementAndGet();
          whenKnown(() -> leave(app.value()), () -> result.accept(key.id(), written));
        });
  }

  private static String owner(AppId app, @Nullable String team) {
    return team == null ? "app " + app : "team " + team;
  }

  /**
   * Counts a list of all of an app's, which may be long: its memory is taken until it is sent.
   *
   * @return 0, or after how many nanoseconds there may be one
   */
  public long tryList(AppId app, @Nullable String team) {
    return lists.tryCount(owner(app, team), nanoTime.getAsLong());
  }

  /** Deletes one that is known. */
  public void delete(ChannelKey key, Consumer<ChannelResult> result) {
    log.delete(
        key,
        written -> {
          if (written instanceof ChannelResult.Done) {
            deleted.incrementAndGet();
          }
          result.accept(written);
        });
  }

  private void whenKnown(Runnable known, Runnable answer) {
    Optional<CompletionStage<Void>> caughtUp = log.catchUp();
    if (caughtUp.isEmpty()) {
      known.run();
      answer.run();
      return;
    }
    // One behind the other: who has the answer may create the next one at once.
    var _ =
        caughtUp
            .get()
            .whenComplete((_, _) -> known.run())
            .toCompletableFuture()
            .copy()
            .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
            .whenComplete((_, _) -> answer.run());
  }

  private synchronized boolean enter(String app, @Nullable String team) {
    if (written(app::equals) >= limits.perApp() || written(_ -> true) >= limits.all()) {
      return false;
    }
    if (team != null
        && written(other -> teams.apply(other).filter(team::equals).isPresent())
            >= Math.max(limits.perApp(), limits.all() / SHARE_OF_TEAM)) {
      return false;
    }
    beingWritten.merge(app, 1, Integer::sum);
    return true;
  }

  private int written(Predicate<String> app) {
    return log.count(app)
        + beingWritten.entrySet().stream()
            .filter(each -> app.test(each.getKey()))
            .mapToInt(Map.Entry::getValue)
            .sum();
  }

  private synchronized void leave(String app) {
    beingWritten.computeIfPresent(app, (_, count) -> count == 1 ? null : count - 1);
  }

  /** Returns how many were created here. */
  public long created() {
    return created.get();
  }

  /** Returns how many were deleted here. */
  public long deleted() {
    return deleted.get();
  }
}
