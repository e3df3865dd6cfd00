package dev.tidings.service.log;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Logs problems that may occur with every request or record: the first one, and then at most one in
 * ten seconds, with the number of those not logged. Thread-safe.
 */
public final class SeldomLog {
  private static final Duration EVERY = Duration.ofSeconds(10);

  private final Logger log;
  private final LongSupplier nanoTime;
  private final AtomicLong next;
  private final AtomicLong untold = new AtomicLong();

  /** Creates a limited log that writes to this logger. */
  public SeldomLog(Logger log) {
    this(log, System::nanoTime);
  }

  SeldomLog(Logger log, LongSupplier nanoTime) {
    this.log = log;
    this.nanoTime = nanoTime;
    this.next = new AtomicLong(nanoTime.getAsLong());
  }

  /** Logs the error, or only counts it if another was logged in the last ten seconds. */
  public void error(String what, @Nullable Throwable failure) {
    if (isDue()) {
      log.error(withOthers(what), failure);
    }
  }

  /** As {@link #error}, at level WARN. */
  public void warn(String what) {
    if (isDue()) {
      log.warn(withOthers(what));
    }
  }

  private boolean isDue() {
    long now = nanoTime.getAsLong();
    long due = next.get();
    if (now - due < 0 || !next.compareAndSet(due, now + EVERY.toNanos())) {
      untold.incrementAndGet();
      return false;
    }
    return true;
  }

  private String withOthers(String what) {
    long others = untold.getAndSet(0);
    return others == 0 ? what : "%s (and %d others since the last line)".formatted(what, others);
  }
}
