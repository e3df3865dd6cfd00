package dev.tidings.ingest.send.lines;

import dev.tidings.ingest.accept.InFlightShare;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The wait of a line for room in the log: until some may be free, and for some time at most.
 * Confined to one event loop.
 */
final class LineWait {
  private static final long PAUSE_NANOS = Duration.ofMillis(20).toNanos();

  private final InFlightShare room;
  private final Later later;
  private final long nanos;
  private final Runnable wake;
  private final Runnable freed;
  // Of each wait one of its own: a time that is over late is not taken for the next one's.
  private AtomicBoolean over = new AtomicBoolean();
  private @Nullable Runnable forget;
  private @Nullable Runnable pause;

  /**
   * @param wake run when there may be room, or the time is over; in any thread
   */
  LineWait(InFlightShare room, Later later, long nanos, Runnable wake) {
    this.room = room;
    this.later = later;
    this.nanos = nanos;
    this.wake = wake;
    // One of its own, by which it is known to those who free places.
    this.freed = () -> wake.run();
  }

  /** Begins one. */
  void begin() {
    AtomicBoolean mine = new AtomicBoolean();
    over = mine;
    forget =
        later.run(
            () -> {
              mine.set(true);
              wake.run();
            },
            nanos);
    room.whenFreed(freed);
  }

  /**
   * There was no room after all. If nothing is being written, the log takes nothing, and no place
   * will be freed: it is asked again after a pause, not at once.
   */
  void goOn() {
    pause = later.run(() -> room.whenFreed(freed), PAUSE_NANOS);
  }

  /** Returns whether its time is over. */
  boolean isOver() {
    return over.get();
  }

  /** Ends it, if there is one. */
  void end() {
    Runnable known = forget;
    if (known != null) {
      forget = null;
      known.run();
      Runnable paused = pause;
      if (paused != null) {
        pause = null;
        paused.run();
      }
      room.forget(freed);
    }
  }
}
