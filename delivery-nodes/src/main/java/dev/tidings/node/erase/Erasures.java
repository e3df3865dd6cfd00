package dev.tidings.node.erase;

import dev.tidings.node.table.DeviceTable;
import dev.tidings.node.table.NotOwnedException;
import dev.tidings.node.table.TableRule;
import dev.tidings.schemas.avro.Erasure;
import dev.tidings.schemas.avro.ErasureStep;
import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.service.log.SeldomLog;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the erasures of this node's devices, also those that an earlier owner has begun, a
 * few at a time; what cannot be finished at the moment is tried again. Removes receipts of erasures
 * when they are old. Thread-safe.
 */
public final class Erasures {
  /** The rule of the table. */
  public static final TableRule<Erasure> RULE = new ErasureRule();

  /** How long the receipt of an erasure is kept. */
  public static final Duration KEPT = Duration.ofDays(90);

  private static final Logger LOG = LoggerFactory.getLogger(Erasures.class);
  private static final int AT_ONCE = 8;

  /** What is beyond is found by the next {@link #sweep}. */
  private static final int MOST_WAITING = 10_000;

  /** Longer than the log takes; an attempt on a partition that goes elsewhere may have no end. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final DeviceTable<Erasure> table;
  private final ErasureSteps steps;
  private final InstantSource clock;
  private final String instance;
  private final Executor later;
  private final SeldomLog failures = new SeldomLog(LOG);
  private final AtomicLong done = new AtomicLong();

  /** Those that are waiting or running. */
  private final Map<DeviceKey, Work> known = new HashMap<>();

  private final Queue<DeviceKey> waiting = new ArrayDeque<>();
  private int running;

  /**
   * @param instance this process, as receipts name it
   * @param later runs something after a pause
   */
  public Erasures(
      DeviceTable<Erasure> table,
      ErasureSteps steps,
      InstantSource clock,
      String instance,
      Executor later) {
    this.table = table;
    this.steps = steps;
    this.clock = clock;
    this.instance = instance;
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

  /** How many were completed here. */
  public long done() {
    return done.get();
  }

  private void look(DeviceKey key, Supplier<Optional<Erasure>> current) {
    Optional<Erasure> found = current.get();
    if (found.isEmpty()) {
      return;
    }
    if (ErasureRule.isOpen(found.get())) {
      add(key);
    } else if (isOld(found.get())) {
      table.remove(key).whenComplete((nothing, failure) -> tell(key, failure));
    }
  }

  private boolean isOld(Erasure erasure) {
    long last =
        erasure.getSteps().stream()
            .mapToLong(ErasureStep::getAt)
            .max()
            .orElse(erasure.getRequestedAt());
    return last < clock.millis() - KEPT.toMillis();
  }

  private void add(DeviceKey key) {
    synchronized (this) {
      if (known.size() >= MOST_WAITING || known.containsKey(key)) {
        return;
      }
      known.put(key, new Work(key, table, steps, clock, instance));
      waiting.add(key);
    }
    next();
  }

  private void next() {
    @Nullable Work work;
    while ((work = poll()) != null) {
      attempt(work);
    }
  }

  private synchronized @Nullable Work poll() {
    @Nullable DeviceKey key = running < AT_ONCE ? waiting.poll() : null;
    if (key == null) {
      return null;
    }
    running++;
    return known.get(key);
  }

  private void attempt(Work work) {
    CompletableFuture<Boolean> attempt;
    try {
      attempt = work.attempt();
    } catch (RuntimeException e) {
      attempt = CompletableFuture.failedFuture(e);
    }
    // What ends at once is followed by the loop that has begun it: thousands may, when a partition
    // goes.
    boolean atOnce = attempt.isDone();
    attempt
        .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((isDone, failure) -> {
          tell(work.key(), failure);
          boolean isOver = failure == null ? isDone : isElsewhere(failure);
          synchronized (this) {
            running--;
            if (isOver) {
              known.remove(work.key());
            }
          }
          if (failure == null && isDone) {
            done.incrementAndGet();
          }
          if (!isOver) {
            later.execute(() -> again(work.key()));
          } else if (failure != null && table.ownership(work.key().device()) != null) {
            // The partition has gone and come back: what was shown then is known as this one.
            later.execute(() -> add(work.key()));
          }
          if (!atOnce) {
            next();
          }
        });
  }

  private void again(DeviceKey key) {
    synchronized (this) {
      waiting.add(key);
    }
    next();
  }

  /** The new owner of its device finds it in the table. */
  private static boolean isElsewhere(Throwable failure) {
    return failure instanceof NotOwnedException
        || (failure instanceof CompletionException
            && failure.getCause() instanceof NotOwnedException);
  }

  private void tell(DeviceKey key, @Nullable Throwable failure) {
    if (failure != null && !isElsewhere(failure)) {
      failures.warn("erasure " + key.name() + " is not done yet, it is tried again: " + failure);
    }
  }
}
