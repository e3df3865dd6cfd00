package dev.tidings.device.receive;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings notifications from the network's thread to the listener: one after the other, each id once
 * for each app, confirmed only after the listener has returned. Bounded by the receive maximum: the
 * server sends no more while that many are unsettled.
 */
public final class Arrivals implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Arrivals.class);

  private final NotificationListener listener;
  private final Executor executor;
  private final IntFunction<Duration> pauses;
  private final RecentIds shown;
  private final Queue<Arrival> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);

  /** Held while the listener has a notification, until that is confirmed. */
  private final ReentrantLock inHand = new ReentrantLock();

  // Which notification the listener threw at last, and how often: over all connections.
  private String failing = "";
  private int failures;

  /**
   * Arrivals for one device.
   *
   * @param executor calls the listener; never two tasks at once
   * @param pauses how long to wait before the listener is called again after it threw so often
   * @param remembered how many ids are remembered
   * @param ids keeps them for the next run of the app
   */
  public Arrivals(
      NotificationListener listener,
      Executor executor,
      IntFunction<Duration> pauses,
      int remembered,
      IdStore ids) {
    this.listener = listener;
    this.executor = executor;
    this.pauses = pauses;
    this.shown = new RecentIds(remembered, ids);
  }

  /** Takes a PUBLISH; whatever is no notification is confirmed and forgotten. Never blocks. */
  public void arrived(Mqtt5Publish publish) {
    Optional<ReceivedNotification> notification = ReceivedNotification.of(publish);
    if (notification.isEmpty()) {
      log.debug("ignored a message on {}", publish.getTopic());
      publish.acknowledge();
    } else {
      arrived(notification.get(), publish::acknowledge);
    }
  }

  /** Takes a notification that the device has made itself. Never blocks. */
  public void arrived(ReceivedNotification local) {
    arrived(local, () -> {});
  }

  void arrived(ReceivedNotification notification, Runnable confirmation) {
    queue.add(new Arrival(notification, confirmation));
    if (waiting.getAndIncrement() == 0) {
      executor.execute(this::drain);
    }
  }

  /**
   * Forgets what has not been shown: the server sends it again over the next connection. What is
   * being shown is remembered, so that its repetition is only confirmed. (The MQTT client confirms
   * strictly in order, over all connections: one left unsettled would block every later one.)
   */
  public void connectionLost() {
    queue.stream().filter(arrival -> !arrival.notification().isLocal()).forEach(Arrival::settle);
  }

  private void drain() {
    do {
      Arrival next = queue.element();
      if (!next.isSettled()) {
        inHand.lock();
        try {
          show(next);
        } finally {
          inHand.unlock();
        }
      }
      queue.remove();
    } while (waiting.decrementAndGet() > 0);
  }

  private void show(Arrival arrival) {
    // One id may be used for two apps of a device: each is shown.
    String id = arrival.notification().app() + '/' + arrival.notification().id();
    boolean local = arrival.notification().isLocal();
    if (!local && shown.contains(id)) {
      log.debug("{} was shown before", id);
      arrival.settle();
      return;
    }
    if (!id.equals(failing)) {
      failing = id;
      failures = 0;
    }
    while (closed.getCount() > 0) {
      Optional<Throwable> failure = take(arrival.notification());
      if (failure.isEmpty() || failures == NotificationListener.TRIES) {
        failure.ifPresent(last -> giveUp(arrival.notification(), last));
        if (!local) {
          shown.add(id);
        }
        arrival.settle();
        return;
      }
      if (!pause(pauses.apply(Math.max(0, failures - 1))) || arrival.isSettled()) {
        return;
      }
    }
  }

  /** Why the listener did not take it. Whatever it throws, the next one has its turn. */
  private Optional<Throwable> take(ReceivedNotification notification) {
    try {
      Optional<Withdrawal> withdrawal = notification.withdrawal();
      if (withdrawal.isPresent()) {
        listener.onWithdrawn(withdrawal.get());
      } else {
        listener.onNotification(notification);
      }
      return Optional.empty();
    } catch (Throwable e) {
      // InterruptedException included: only the listener itself interrupts this thread.
      failures++;
      log.warn("{} was not taken, try {}: {}", notification, failures, e.toString());
      return Optional.of(e);
    }
  }

  private void giveUp(ReceivedNotification notification, Throwable failure) {
    log.error("{} was never taken, given up and confirmed", notification, failure);
    if (notification.withdrawal().isPresent()) {
      return;
    }
    try {
      listener.onGivenUp(notification, failure);
    } catch (Throwable e) {
      log.error("{}: the listener could not be told", notification, e);
    }
  }

  /** Returns whether to go on. An interrupt, which is the listener's own, only ends the pause. */
  private boolean pause(Duration time) {
    try {
      return !closed.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      log.debug("a pause was cut short");
      return closed.getCount() > 0;
    }
  }

  /** Shows nothing more. */
  @Override
  public void close() {
    closed.countDown();
  }

  /**
   * Waits until what the listener has is confirmed, so that it does not come again after a
   * connection that is about to be closed. The listener itself does not wait.
   *
   * @param patience how long at most
   */
  public void awaitConfirmed(Duration patience) {
    if (inHand.isHeldByCurrentThread()) {
      return;
    }
    try {
      if (inHand.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        inHand.unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
