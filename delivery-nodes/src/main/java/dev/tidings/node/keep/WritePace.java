package dev.tidings.node.keep;

import dev.tidings.schemas.value.DeviceId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Limits the bytes a device can cause to be written for its session: {@value #BYTES} bytes at once,
 * and as many per minute; further writes wait for their turn. A limit is needed because a record
 * has all filters of the session, up to 50 KiB, and a few bytes from the device have it rewritten.
 * Remembers devices that have written lately, up to a bound, and forgets the least recently active
 * first. Thread-safe.
 */
public final class WritePace {
  static final int BYTES = 256 * 1024;
  private static final long IN_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long NANOS_EACH = IN_NANOS / BYTES;
  private static final int MOST_DEVICES = 1 << 16;

  private final LongSupplier nanoTime;
  private final LongFunction<CompletableFuture<@Nullable Void>> after;
  private final Counter heldBack;

  /** The time at which a device's writes would be complete at an even rate. */
  private final Map<DeviceId, Long> busyUntil =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<DeviceId, Long> eldest) {
          return size() > MOST_DEVICES;
        }
      };

  /**
   * @param after returns a future that completes after so many nanoseconds
   */
  WritePace(
      LongSupplier nanoTime,
      LongFunction<CompletableFuture<@Nullable Void>> after,
      MeterRegistry registry) {
    this.nanoTime = nanoTime;
    this.after = after;
    this.heldBack =
        Counter.builder("tidings.node.session.writes.throttled")
            .description("Writes of devices' sessions that waited because a device had too many")
            .register(registry);
  }

  /** Returns an instance that waits in real time. */
  public static WritePace real(MeterRegistry registry) {
    return new WritePace(
        System::nanoTime,
        nanos ->
            new CompletableFuture<@Nullable Void>()
                .completeOnTimeout(null, nanos, TimeUnit.NANOSECONDS),
        registry);
  }

  /** Returns a future that completes when so many more bytes may be written for a device. */
  CompletableFuture<@Nullable Void> turn(DeviceId device, long bytes) {
    long early = reserve(device, bytes);
    if (early <= 0) {
      return CompletableFuture.completedFuture(null);
    }
    heldBack.increment();
    return after.apply(early);
  }

  private synchronized long reserve(DeviceId device, long bytes) {
    long now = nanoTime.getAsLong();
    @Nullable Long known = busyUntil.get(device);
    long until = (known == null || known - now < 0 ? now : known) + bytes * NANOS_EACH;
    busyUntil.put(device, until);
    return until - now - IN_NANOS;
  }
}
