package dev.tidings.device.receive;

import dev.tidings.device.thread.Timers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Notifications that the device makes itself, such as reminders: at their time the listener gets
 * them as it gets those of the service, one after the other with them. They are {@linkplain
 * ReceivedNotification#isLocal marked}, the service knows nothing of them, and none outlives the
 * client: the app schedules them again when it starts. A process that does not run shows none. By
 * the clock: one whose time has come while the device slept comes within a minute. Thread-safe.
 */
public final class LocalNotifications implements AutoCloseable {
  /** How many may wait at once. */
  public static final int MOST = 64;

  /** Timers stand still while a phone sleeps, so the clock is looked at at least so often. */
  private static final Duration LOOK = Duration.ofMinutes(1);

  private static final Duration LEAST = Duration.ofMillis(1);

  private final Consumer<ReceivedNotification> arrived;
  private final Clock clock;

  // Guarded by this: the timer of the next look at each.
  private final Map<String, Scheduled> waiting = new HashMap<>();
  private boolean closed;

  /**
   * Local notifications of a device.
   *
   * @param arrived is given each at its time
   */
  public LocalNotifications(Consumer<ReceivedNotification> arrived, Clock clock) {
    this.arrived = arrived;
    this.clock = clock;
  }

  /**
   * Schedules a notification, in place of one with the same id that waits.
   *
   * @param id unique within the app
   * @param payload as a provider would send it
   * @param at when to show it; at once if that is past
   * @throws IllegalStateException if too many wait, or the client is closed
   */
  public synchronized void schedule(String id, String app, byte[] payload, Instant at) {
    if (id.isEmpty() || app.isEmpty()) {
      throw new IllegalArgumentException("id, app: " + id + ", " + app + " (expected: both)");
    }
    if (closed) {
      throw new IllegalStateException("local notifications: closed");
    }
    cancel(id);
    if (waiting.size() >= MOST) {
      throw new IllegalStateException(
          "local notifications: " + waiting.size() + " wait (expected: < " + MOST + ")");
    }
    ReceivedNotification notification = ReceivedNotification.local(id, app, payload.clone());
    Scheduled scheduled = new Scheduled(notification, at);
    waiting.put(id, scheduled);
    scheduled.lookAfter(clock.instant().isBefore(at) ? LEAST : Duration.ZERO);
  }

  /** One that waits. */
  private final class Scheduled {
    private final ReceivedNotification notification;
    private final Instant at;
    private CompletableFuture<@Nullable Void> timer = new CompletableFuture<>();

    Scheduled(ReceivedNotification notification, Instant at) {
      this.notification = notification;
      this.at = at;
    }

    void lookAfter(Duration time) {
      timer = new CompletableFuture<>();
      var _ = Timers.completeAfter(timer, time).thenRun(this::look);
    }

    private void look() {
      synchronized (LocalNotifications.this) {
        if (!this.equals(waiting.get(notification.id()))) {
          // Cancelled, or another one took its place, at the last moment.
          return;
        }
        Instant now = clock.instant();
        if (now.isBefore(at)) {
          lookAfter(now.plus(LOOK).isBefore(at) ? LOOK : least(Duration.between(now, at)));
          return;
        }
        waiting.remove(notification.id());
      }
      arrived.accept(notification);
    }

    private Duration least(Duration left) {
      return left.compareTo(LEAST) < 0 ? LEAST : left;
    }
  }

  /** Cancels one that waits; returns whether there was one. */
  public synchronized boolean cancel(String id) {
    Scheduled scheduled = waiting.remove(id);
    return scheduled != null && scheduled.timer.cancel(false);
  }

  /** Returns the ids of those that wait. */
  public synchronized Set<String> waiting() {
    return new TreeSet<>(waiting.keySet());
  }

  /** Shows none any more. */
  @Override
  public synchronized void close() {
    closed = true;
    waiting.values().forEach(scheduled -> scheduled.timer.cancel(false));
    waiting.clear();
  }
}
