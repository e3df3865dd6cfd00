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
 * client: the app schedules them again when it starts. Thread-safe.
 */
public final class LocalNotifications implements AutoCloseable {
  /** How many may wait at once. */
  public static final int MOST = 64;

  private final Consumer<ReceivedNotification> arrived;
  private final Clock clock;

  // Guarded by this.
  private final Map<String, CompletableFuture<@Nullable Void>> waiting = new HashMap<>();
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
    CompletableFuture<@Nullable Void> timer = new CompletableFuture<>();
    waiting.put(id, timer);
    Duration left = Duration.between(clock.instant(), at);
    Duration wait = left.isNegative() ? Duration.ZERO : left;
    var _ = Timers.completeAfter(timer, wait).thenRun(() -> show(notification, timer));
  }

  private void show(ReceivedNotification notification, CompletableFuture<@Nullable Void> timer) {
    synchronized (this) {
      if (!waiting.remove(notification.id(), timer)) {
        // Cancelled, or another one took its place, at the last moment.
        return;
      }
    }
    arrived.accept(notification);
  }

  /** Cancels one that waits; returns whether there was one. */
  public synchronized boolean cancel(String id) {
    CompletableFuture<@Nullable Void> timer = waiting.remove(id);
    return timer != null && timer.cancel(false);
  }

  /** Returns the ids of those that wait. */
  public synchronized Set<String> waiting() {
    return new TreeSet<>(waiting.keySet());
  }

  /** Shows none any more. */
  @Override
  public synchronized void close() {
    closed = true;
    waiting.values().forEach(timer -> timer.cancel(false));
    waiting.clear();
  }
}
