package dev.tidings.node.register;

import dev.tidings.net.limit.RateLimiter;
import dev.tidings.node.register.RefusedException.Reason;
import dev.tidings.schemas.value.DeviceId;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Limits how often each device may ask, and all of them together: so many requests at once, and as
 * many per minute, or per second. What the second limit refuses does not count for the device.
 * Thread-safe.
 */
final class RequestRate {
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final int MOST_DEVICES = 1 << 16;
  private static final String ALL = "all devices";

  private final String what;
  private final RequestLimits limits;
  private final BooleanSupplier logIsFull;
  private final LongSupplier nanoTime;
  private final RateLimiter<DeviceId> ofEach;
  private final RateLimiter<String> ofAll;

  /**
   * @param what is asked for, in the plural
   * @param logIsFull whether the log takes nothing: requests that were answered without being
   *     written are bounded by it
   */
  RequestRate(String what, RequestLimits limits, BooleanSupplier logIsFull, LongSupplier nanoTime) {
    this.what = what;
    this.limits = limits;
    this.logIsFull = logIsFull;
    this.nanoTime = nanoTime;
    this.ofEach =
        new RateLimiter<>(
            limits.perMinute(),
            RateLimiter.perMinute(limits.perMinute()),
            Duration.ZERO,
            MOST_DEVICES);
    this.ofAll =
        new RateLimiter<>(
            limits.perSecond(), RateLimiter.perSecond(limits.perSecond()), Duration.ZERO, 1);
  }

  /** Counts a request; returns why it is refused, nothing if it is allowed. */
  Optional<RefusedException> take(DeviceId device) {
    long now = nanoTime.getAsLong();
    long early = Math.ceilDiv(ofEach.tryCount(device, now), SECOND_NANOS);
    if (early > 0) {
      return Optional.of(
          new RefusedException(
              Reason.DEVICE_LIMIT,
              "try again in %d s: more than %d %s a minute"
                  .formatted(early, limits.perMinute(), what)));
    }
    if (ofAll.tryCount(ALL, now) > 0) {
      ofEach.giveBack(device);
      return Optional.of(
          new RefusedException(
              Reason.NODE_LIMIT,
              "try again in 1 s: more than %d %s a second of all devices"
                  .formatted(limits.perSecond(), what)));
    }
    return logIsFull.getAsBoolean()
        ? Optional.of(
            new RefusedException(Reason.LOG_FULL, "try again: the log takes nothing at the moment"))
        : Optional.empty();
  }
}
