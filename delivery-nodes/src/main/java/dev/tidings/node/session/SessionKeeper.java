package dev.tidings.node.session;

import dev.tidings.schemas.value.DeviceId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Stores the part of an MQTT session that outlives a connection: the subscriptions. The
 * notifications are in the device's inbox in any case. Thread-safe; never blocks.
 */
public interface SessionKeeper {
  /** The maximum time for which a session is kept; zero if none is kept. */
  Duration longest();

  /**
   * Starts the session of a new connection to the device's inbox. Later updates from an earlier
   * connection of the device are ignored.
   *
   * @param clean whether the stored session is to be discarded
   * @param keptFor for how long to keep the session after this connection; zero: not at all
   * @return the stored session; completes exceptionally if it cannot be determined now
   */
  CompletableFuture<Kept> begin(DeviceId device, boolean clean, Duration keptFor);

  /** A session, stored or not; a session that is not stored has no state. */
  interface Kept {
    /** Whether a stored session existed: MQTT's Session Present. */
    boolean isPresent();

    /** The device's subscriptions in the stored session. */
    Subscriptions subscriptions();

    /**
     * Saves the subscriptions. Completes, on any thread, once they are stored, or at once if the
     * session need not outlive the connection.
     */
    CompletableFuture<@Nullable Void> save(Subscriptions now);

    /** The connection has closed; the session is kept for this long from now on. */
    void end(Duration keptFor);
  }

  /** Returns a keeper that stores nothing. */
  static SessionKeeper none() {
    return new SessionKeeper() {
      @Override
      public Duration longest() {
        return Duration.ZERO;
      }

      @Override
      public CompletableFuture<Kept> begin(DeviceId device, boolean clean, Duration keptFor) {
        return CompletableFuture.completedFuture(nothing());
      }
    };
  }

  /** Returns a session that is not stored. */
  static Kept nothing() {
    return new Kept() {
      @Override
      public boolean isPresent() {
        return false;
      }

      @Override
      public Subscriptions subscriptions() {
        return Subscriptions.NONE;
      }

      @Override
      public CompletableFuture<@Nullable Void> save(Subscriptions now) {
        return CompletableFuture.completedFuture(null);
      }

      @Override
      public void end(Duration keptFor) {}
    };
  }
}
