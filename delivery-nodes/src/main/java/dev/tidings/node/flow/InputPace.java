package dev.tidings.node.flow;

import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Limits the input of one connection: a leaky bucket. */
final class InputPace {
  private final int burst;
  private final long nanosPerByte;
  private long level;
  private long last;
  private @Nullable Future<?> resumption;

  InputPace(int burst, int bytesPerSecond, long now) {
    this.burst = burst;
    this.nanosPerByte = Math.max(1, TimeUnit.SECONDS.toNanos(1) / bytesPerSecond);
    this.last = now;
  }

  /** Counts received bytes. Returns how long to stop reading, 0 if there is room. */
  long take(int bytes, long now) {
    long leaked = (now - last) / nanosPerByte;
    last += leaked * nanosPerByte;
    level = Math.max(0, level - leaked) + bytes;
    return level <= burst ? 0 : (level - burst + burst / 4) * nanosPerByte;
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
