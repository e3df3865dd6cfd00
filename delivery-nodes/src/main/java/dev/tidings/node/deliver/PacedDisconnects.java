package dev.tidings.node.deliver;

import dev.tidings.service.log.SeldomLog;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Disconnects devices, no more than so many in a second: each comes back at once, and all of them
 * together would be a storm. Thread-safe; never blocks.
 */
final class PacedDisconnects {
  private static final int ROUNDS_PER_SECOND = 50;

  private static final Logger LOG = LoggerFactory.getLogger(PacedDisconnects.class);

  private final SeldomLog failed = new SeldomLog(LOG);
  private final EventExecutor loop;
  private final AtomicInteger perRound;
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean running = new AtomicBoolean();

  /**
   * @param loop where devices are disconnected
   * @param perSecond how many
   */
  PacedDisconnects(EventExecutor loop, int perSecond) {
    this.loop = loop;
    this.perRound = new AtomicInteger(perRound(perSecond));
  }

  private static int perRound(int perSecond) {
    return Math.max(1, perSecond / ROUNDS_PER_SECOND);
  }

  /** Queues them in no particular order: neighbours in a partition need not go side by side. */
  void add(List<? extends Runnable> disconnects) {
    List<Runnable> shuffled = new ArrayList<>(disconnects);
    Collections.shuffle(shuffled, ThreadLocalRandom.current());
    waiting.addAll(shuffled);
    if (!waiting.isEmpty() && running.compareAndSet(false, true)) {
      loop.execute(this::round);
    }
  }

  /** Disconnects at this rate from now on, if it is higher. */
  void hurry(int perSecond) {
    perRound.accumulateAndGet(perRound(perSecond), Math::max);
  }

  boolean isDone() {
    return waiting.isEmpty();
  }

  /** One that fails, for want of memory for example, must not keep the others connected. */
  private void disconnect(Runnable next) {
    try {
      next.run();
    } catch (RuntimeException | OutOfMemoryError e) {
      failed.error("a device could not be disconnected", e);
    }
  }

  private void round() {
    for (int i = perRound.get(); i > 0; i--) {
      @Nullable Runnable next = waiting.poll();
      if (next == null) {
        running.set(false);
        // One that came just now found it still set.
        add(List.of());
        return;
      }
      disconnect(next);
    }
    loop.schedule(this::round, 1_000 / ROUNDS_PER_SECOND, TimeUnit.MILLISECONDS);
  }
}
