package dev.tidings.bench.provider;

import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends on one event loop, at a pace: the part that providers over HTTP have in common. Confined to
 * that loop, except for {@link #start} and {@link #stop}.
 */
final class PacedLoop {
  /** What is sent, and how. */
  interface Sender {
    /**
     * Sends the next notification with the next {@link #flush}.
     *
     * @return false if there is no room for it: then {@link PacedLoop#look} is called when there is
     */
    boolean send(long meant);

    void flush();

    int unanswered();
  }

  private final EventExecutor loop;
  private final Sender sender;
  private final int burst;
  private final long lingerNanos;
  private final LongSupplier nanoTime;
  private @Nullable SendPace pace;
  private boolean scheduled;
  private long sent;

  /**
   * Creates one that sends nothing yet.
   *
   * @param burst the number sent at once before responses are read again
   * @param linger the time for which it waits for more to be due, before it sends fewer than that
   */
  PacedLoop(EventExecutor loop, int burst, Duration linger, LongSupplier nanoTime, Sender sender) {
    this.loop = loop;
    this.burst = burst;
    this.lingerNanos = linger.toNanos();
    this.nanoTime = nanoTime;
    this.sender = sender;
  }

  void start(SendPace newPace) {
    loop.execute(() -> {
      pace = newPace;
      sent = 0;
      look();
    });
  }

  /** Sends what is due, as far as there is room, and schedules the next look unless room lacks. */
  void look() {
    SendPace current = pace;
    if (current == null) {
      return;
    }
    long now = nanoTime.getAsLong();
    long due = Math.min(current.allowed(now) - sent, burst);
    boolean room = true;
    for (long i = 0; i < due && room; i++) {
      room = sender.send(current.meant(sent, now));
      if (room) {
        sent++;
      }
    }
    sender.flush();
    if (!scheduled && room) {
      scheduled = true;
      long wait = Math.max(lingerNanos, current.waitNanos(sent, nanoTime.getAsLong()));
      loop.schedule(this::lookAgain, due == burst ? 0 : wait, TimeUnit.NANOSECONDS);
    }
  }

  private void lookAgain() {
    scheduled = false;
    look();
  }

  /** As {@link Provider#stop}. */
  boolean stop(Duration patience) throws InterruptedException {
    loop.submit(() -> pace = null).sync();
    long end = System.nanoTime() + patience.toNanos();
    Callable<Integer> unanswered = sender::unanswered;
    while (loop.submit(unanswered).sync().getNow() > 0) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      Thread.sleep(2);
    }
    return true;
  }
}
