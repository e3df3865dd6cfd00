package dev.tidings.node.register;

import dev.tidings.net.limit.RateLimiter;
import dev.tidings.schemas.value.DeviceId;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Limits how often each device may register: so many requests at once, and as many per minute.
 * Thread-safe.
 */
final class DeviceRate {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final int MOST_DEVICES = 1 << 16;

  private final LongSupplier nanoTime;
  private final RateLimiter<DeviceId> limiter;

  DeviceRate(int perMinute, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.limiter =
        new RateLimiter<>(perMinute, MINUTE.dividedBy(perMinute), Duration.ZERO, MOST_DEVICES);
  }

  /** Counts a request. Returns how many seconds too early it is, 0 if it is allowed. */
  long take(DeviceId device) {
    return Math.ceilDiv(limiter.tryCount(device, nanoTime.getAsLong()), SECOND_NANOS);
  }
}
