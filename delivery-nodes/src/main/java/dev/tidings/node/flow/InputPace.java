package dev.tidings.node.flow;

import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Limits the input of one connection: a leaky bucket. What is in it is told by the time that it
 * takes to leak, so that nothing is divided for each read.
 */
final class InputPace {
  private final long burstNanos;
  private final long nanosPerByte;
  private long levelNanos;
  private long last;
  private @Nullable Future<?> resumption;

  InputPace(int burst, int bytesPerSecond, long now) {
    this.nanosPerByte = Math.max(1, TimeUnit.SECONDS.toNanos(1) / bytesPerSecond);
    this.burstNanos = burst * nanosPerByte;
    this.last = now;
  }

  /** Counts received bytes. Returns how long to stop reading, 0 if there is room. */
  long take(int bytes, long now) {
    levelNanos = Math.max(0, levelNanos - (now - last)) + bytes * nanosPerByte;
    last = now;
    return levelNanos <= burstNanos ? 0 : levelNanos - burstNanos + burstNanos / 4;
  }

  void resume(Future<?> scheduled) {
    resumption = scheduled;
  }

  void cancel() {
    if (resumption != null) {
      resumption.cancel(false);
    }
  }
}
