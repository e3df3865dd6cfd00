package dev.tidings.ingest.console.live;

import dev.tidings.service.log.Repeated;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Makes an overview each second while somebody looks, once for all of them; asks nobody for
 * anything otherwise. Thread-safe.
 */
public final class OverviewFeed implements AutoCloseable {
  private static final Duration TICK = Duration.ofSeconds(1);

  private final Source source;
  private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean started = new AtomicBoolean();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("overview").factory());
  private volatile @Nullable Event last;

  /** Makes overviews, in ASCII and one line. Blocks for a few seconds at most. */
  @FunctionalInterface
  public interface Source {
    byte[] next() throws InterruptedException;
  }

  /**
   * An overview as it is sent.
   *
   * @param number of it, from 1
   * @param json in ASCII and one line
   */
  record Event(long number, byte[] json) {}

  /** Creates one; nobody is asked for anything before somebody looks. */
  public OverviewFeed(Source source) {
    this.source = source;
  }

  /**
   * Calls somebody after each overview, on a thread that must not be kept.
   *
   * @param listener an object of its own
   */
  void add(Runnable listener) {
    listeners.add(listener);
    if (!started.getAndSet(true)) {
      clock.scheduleAtFixedRate(
          Repeated.of(OverviewFeed.class, "the overview", this::tick),
          0,
          TICK.toMillis(),
          TimeUnit.MILLISECONDS);
    }
  }

  void remove(Runnable listener) {
    listeners.remove(listener);
  }

  /** Returns the last one; null if there is none, or it is old. */
  @Nullable Event last() {
    return last;
  }

  private void tick() {
    if (listeners.isEmpty()) {
      last = null;
      return;
    }
    try {
      @Nullable Event before = last;
      last = new Event(before == null ? 1 : before.number() + 1, source.next());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    } finally {
      // Also without a new one: each looks whether it may go on.
      listeners.forEach(Runnable::run);
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
