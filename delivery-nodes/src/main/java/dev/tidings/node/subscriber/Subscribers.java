package dev.tidings.node.subscriber;

import dev.tidings.node.table.DeviceTable;
import dev.tidings.node.table.NotOwnedException;
import dev.tidings.node.table.TableRule;
import dev.tidings.schemas.avro.Membership;
import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.schemas.topic.TopicMembership;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.Token;
import dev.tidings.service.log.SeldomLog;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Carries out what providers have this node's devices join and leave, also what came while an
 * earlier owner had them, some at a time; what cannot be finished at the moment is tried again. A
 * request is marked as done once its change is in the log: after a crash it is carried out once
 * more, which changes nothing. The mark stays for a while, so that an earlier request of the token
 * that is written once more behind it is known as such. Thread-safe.
 */
public final class Subscribers {
  /** The rule of the table. */
  public static final TableRule<Membership> RULE = new SubscriberRule();

  private static final int AT_ONCE = 256;

  /** What is beyond is looked for once these are done; there is more room for apps with few. */
  private static final int MOST_WAITING = 50_000;

  private static final int FEW = 1_000;

  /** Longer than the log takes; an attempt on a partition that goes elsewhere may have no end. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /**
   * How long the mark stays: longer than streams-processor takes to be there again after a crash,
   * or to notice that it was suspended, when it writes once more what it had read.
   */
  static final Duration REMEMBERED = Duration.ofMinutes(10);

  private final DeviceTable<Membership> table;
  private final Change change;
  private final Consumer<ProviderChange> done;
  private final InstantSource clock;
  private final Executor later;
  private final SeldomLog failures = new SeldomLog(LoggerFactory.getLogger(Subscribers.class));

  /** Those that are waiting or running, and whether another request has come meanwhile. */
  private final Map<DeviceKey, Boolean> known = new HashMap<>();

  private final AppTurns waiting = new AppTurns(MOST_WAITING, FEW);
  private int running;
  private boolean missed;

  /** Makes one change. */
  @FunctionalInterface
  public interface Change {
    /** Completes when the log has it. */
    CompletionStage<ProviderChange> of(TopicMembership membership, Token token, boolean joins);
  }

  /**
   * @param done told of each that is done, and what became of it
   * @param later runs something after a pause
   */
  public Subscribers(
      DeviceTable<Membership> table,
      Change change,
      Consumer<ProviderChange> done,
      InstantSource clock,
      Executor later) {
    this.table = table;
    this.change = change;
    this.done = done;
    this.clock = clock;
    this.later = later;
  }

  /** Begins. */
  public void start() {
    table.watch(this::look);
  }

  /** Looks at all of them; to be called now and then. */
  public void sweep() {
    table.each(this::look);
  }

  /** How many are waiting or being carried out. */
  public synchronized int open() {
    return known.size();
  }

  private void look(DeviceKey key, Supplier<Optional<Membership>> current) {
    Optional<Membership> found = current.get();
    if (found.isEmpty()) {
      return;
    }
    if (!SubscriberRule.isDone(found.get())) {
      add(key);
    } else if (!isKnown(key) && isForgotten(found.get())) {
      table.remove(key).whenComplete((nothing, failure) -> tell(failure));
    }
  }

  /** A time in the future is of a clock that was wrong. */
  private boolean isForgotten(Membership over) {
    @Nullable Long doneAt = over.getDoneAt();
    long since = clock.millis() - (doneAt == null ? 0 : doneAt);
    return since < 0 || since >= REMEMBERED.toMillis();
  }

  private synchronized boolean isKnown(DeviceKey key) {
    return known.containsKey(key);
  }

  private void add(DeviceKey key) {
    synchronized (this) {
      if (known.containsKey(key)) {
        known.put(key, true);
        return;
      }
      if (!waiting.enter(key)) {
        missed = true;
        return;
      }
      known.put(key, false);
      waiting.add(key);
    }
    next();
  }

  private void next() {
    @Nullable DeviceKey key;
    while ((key = poll()) != null) {
      attempt(key);
    }
    if (hasMissed()) {
      sweep();
    }
  }

  private synchronized @Nullable DeviceKey poll() {
    @Nullable DeviceKey key = running < AT_ONCE ? waiting.poll() : null;
    if (key != null) {
      running++;
      known.put(key, false);
    }
    return key;
  }

  private synchronized boolean hasMissed() {
    boolean any = missed && known.isEmpty();
    missed &= !any;
    return any;
  }

  private void attempt(DeviceKey key) {
    CompletableFuture<?> attempt;
    try {
      attempt = carryOut(key, table.ownership(key.device()));
    } catch (RuntimeException e) {
      attempt = CompletableFuture.failedFuture(e);
    }
    // What ends at once is followed by the loop that has begun it: thousands may, when a partition
    // goes.
    boolean atOnce = attempt.isDone();
    attempt
        .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((nothing, failure) -> {
          tell(failure);
          ended(key, failure);
          if (!atOnce) {
            next();
          }
        });
  }

  private void ended(DeviceKey key, @Nullable Throwable failure) {
    boolean isOver = failure == null || isElsewhere(failure);
    boolean again;
    synchronized (this) {
      running--;
      again = !isOver || Boolean.TRUE.equals(known.get(key));
      if (isOver && !again) {
        known.remove(key);
        waiting.leave(key);
      } else if (isOver) {
        waiting.add(key);
      }
    }
    if (!isOver) {
      later.execute(() -> again(key));
    } else if (failure != null && table.ownership(key.device()) != null) {
      // The partition has gone and come back: what was shown then is known as this one.
      later.execute(() -> add(key));
    }
  }

  private void again(DeviceKey key) {
    synchronized (this) {
      waiting.add(key);
    }
    next();
  }

  private CompletableFuture<?> carryOut(DeviceKey key, @Nullable Object ownership) {
    return table
        .get(key)
        .thenCompose(found -> {
          if (found.isEmpty() || SubscriberRule.isDone(found.get())) {
            return CompletableFuture.completedFuture(null);
          }
          Membership request = found.get();
          return change(key, request)
              .thenCompose(result ->
                  mark(key, request, ownership).thenAccept(nothing -> done.accept(result)));
        });
  }

  /**
   * Marks a request as done, unless another one has come meanwhile: the mark would be behind that
   * in the log, and whoever restores the table from there would miss it.
   */
  private CompletableFuture<@Nullable Void> mark(
      DeviceKey key, Membership request, @Nullable Object ownership) {
    Membership over =
        new Membership(
            request.getId(),
            request.getSequence(),
            request.getToken(),
            request.getJoins(),
            request.getRequestedAt(),
            clock.millis());
    return table
        .get(key)
        .thenCompose(now ->
            now.filter(same -> same.getId().equals(request.getId())).isPresent()
                ? table.put(key, over, ownership)
                : CompletableFuture.completedFuture(null));
  }

  private CompletionStage<ProviderChange> change(DeviceKey key, Membership request) {
    Optional<TopicMembership> membership = TopicMembership.parse(key.bytes());
    try {
      return membership.isEmpty()
          ? CompletableFuture.completedFuture(ProviderChange.NOT_CURRENT)
          : change.of(membership.get(), new Token(request.getToken()), request.getJoins());
    } catch (InvalidValueException e) {
      // Another program's record.
      return CompletableFuture.completedFuture(ProviderChange.NOT_CURRENT);
    }
  }

  /** The new owner of its device finds it in the table. */
  private static boolean isElsewhere(Throwable failure) {
    return failure instanceof NotOwnedException
        || (failure instanceof CompletionException
            && failure.getCause() instanceof NotOwnedException);
  }

  private void tell(@Nullable Throwable failure) {
    if (failure != null && !isElsewhere(failure)) {
      failures.warn(
          "a provider's change of a topic is not done yet, it is tried again: " + failure);
    }
  }
}
