package dev.tidings.node.session;

import dev.tidings.schemas.value.DeviceId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a client wants kept of its MQTT session beyond a connection: what it has subscribed
 * to. The notifications are in its inbox in any case. Thread-safe; never blocks.
 */
public interface SessionKeeper {
  /** The longest that a session is kept; zero: none is. */
  Duration longest();

  /**
   * A connection begins that has the device's inbox. What an earlier connection of the device still
   * says of its session counts no more.
   *
   * @param clean whether what was kept is to be forgotten
   * @param keptFor for how long to keep the session after this connection; zero: not at all
   * @return what is kept; fails if that can't be told now
   */
  CompletableFuture<Kept> begins(DeviceId device, boolean clean, Duration keptFor);

  /** A session that is kept, or is not: then nothing of it is. */
  interface Kept {
    /** Whether there was one: MQTT's Session Present. */
    boolean isPresent();

    /** What the device had subscribed to in it. */
    Subscriptions subscriptions();

    /** Done, on any thread, when this will outlive the connection, or need not. */
    CompletableFuture<@Nullable Void> save(Subscriptions now);

    /** The connection is over; the session is kept for so long from now on. */
    void ends(Duration keptFor);
  }

  /** Keeps nothing. */
  static SessionKeeper none() {
    return new SessionKeeper() {
      @Override
      public Duration longest() {
        return Duration.ZERO;
      }

      @Override
      public CompletableFuture<Kept> begins(DeviceId device, boolean clean, Duration keptFor) {
        return CompletableFuture.completedFuture(nothing());
      }
    };
  }

  /** What is not kept. */
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
      public void ends(Duration keptFor) {}
    };
  }
}
