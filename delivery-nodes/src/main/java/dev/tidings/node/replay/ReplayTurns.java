package dev.tidings.node.replay;

import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What waits for a reader, of devices and of orders: they have one turn each. No more than there
 * are places: each replay has one read at most. Thread-safe.
 */
final class ReplayTurns<T> {
  private final Queue<T> ofDevices;
  private final Queue<T> ofOrders;

  /** One for each that waits. */
  private final Semaphore waiting = new Semaphore(0);

  private final AtomicBoolean orderIsNext = new AtomicBoolean();

  ReplayTurns() {
    this(new LinkedBlockingQueue<>(), new LinkedBlockingQueue<>());
  }

  ReplayTurns(Queue<T> ofDevices, Queue<T> ofOrders) {
    this.ofDevices = ofDevices;
    this.ofOrders = ofOrders;
  }

  void add(boolean order, T one) {
    (order ? ofOrders : ofDevices).add(one);
    waiting.release();
  }

  /** Returns whether it was still there. */
  boolean remove(boolean order, T one) {
    return (order ? ofOrders : ofDevices).remove(one);
  }

  /**
   * Returns whose turn it is, of devices and orders one after the other.
   *
   * @return null if nobody comes within this time, or it is over
   */
  @Nullable T next(long seconds, BooleanSupplier over) throws InterruptedException {
    if (!waiting.tryAcquire(seconds, TimeUnit.SECONDS)) {
      return null;
    }
    boolean order = orderIsNext.get();
    orderIsNext.set(!order);
    // There is one, but another thread may have taken it for the one that came behind this look.
    while (!over.getAsBoolean()) {
      @Nullable T first = (order ? ofOrders : ofDevices).poll();
      @Nullable T found = first == null ? (order ? ofDevices : ofOrders).poll() : first;
      if (found != null) {
        return found;
      }
      Thread.onSpinWait();
    }
    return null;
  }

  /** Returns what waits, of devices first; null if nobody does. For who ends it. */
  @Nullable T poll() {
    @Nullable T device = ofDevices.poll();
    return device == null ? ofOrders.poll() : device;
  }
}
