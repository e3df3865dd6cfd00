package dev.tidings.node.register;

import dev.tidings.schemas.value.DeviceId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Limits how often each device may register: so many requests at once, and as many per minute.
 * Remembers devices that have asked lately, up to a bound, and forgets the least recently active
 * first. Thread-safe.
 */
final class DeviceRate {
  private static final long MINUTE_NANOS = 60_000_000_000L;
  private static final int MOST_DEVICES = 1 << 16;

  private final long nanosEach;
  private final LongSupplier nanoTime;

  /** The time at which a device's requests would be over at an even rate. */
  private final Map<DeviceId, Long> busyUntil =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<DeviceId, Long> eldest) {
          return size() > MOST_DEVICES;
        }
      };

  DeviceRate(int perMinute, LongSupplier nanoTime) {
    this.nanosEach = MINUTE_NANOS / perMinute;
    this.nanoTime = nanoTime;
  }

  /** Counts a request. Returns how many seconds too early it is, 0 if it is allowed. */
  synchronized long take(DeviceId device) {
    long now = nanoTime.getAsLong();
    @Nullable Long known = busyUntil.get(device);
    long until = known == null || known - now < 0 ? now : known;
    long early = until + nanosEach - now - MINUTE_NANOS;
    if (early > 0) {
      return Math.ceilDiv(early, 1_000_000_000L);
    }
    busyUntil.put(device, until + nanosEach);
    return 0;
  }

  synchronized int devices() {
    return busyUntil.size();
  }
}
