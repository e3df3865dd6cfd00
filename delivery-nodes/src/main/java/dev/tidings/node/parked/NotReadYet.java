package dev.tidings.node.parked;

import dev.tidings.schemas.value.DeviceId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports parked entries that cannot be read because their schema is unavailable: every failed
 * attempt is counted, and one per minute is logged. Thread-safe.
 */
public final class NotReadYet {
  private static final Logger LOG = LoggerFactory.getLogger(NotReadYet.class);
  private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Counter counter;
  private final LongSupplier nanoTime;
  private final AtomicLong quietUntil;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  public NotReadYet(MeterRegistry registry, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.quietUntil = new AtomicLong(nanoTime.getAsLong());
    this.counter =
        Counter.builder("tidings.node.inbox.read.failures")
            .description(
                "How often a parked notification was looked at and could not be read, for want of"
                    + " a schema.")
            .register(registry);
  }

  void tell(DeviceId device, long sequence, String why) {
    counter.increment();
    long now = nanoTime.getAsLong();
    long until = quietUntil.get();
    if (now - until >= 0 && quietUntil.compareAndSet(until, now + PAUSE_NANOS)) {
      LOG.warn(
          "device {}: parked notification {} cannot be read yet, it is kept and read again later:"
              + " {}",
          device,
          sequence,
          why);
    }
  }
}
