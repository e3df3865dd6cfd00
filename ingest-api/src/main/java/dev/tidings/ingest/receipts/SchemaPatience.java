package dev.tidings.ingest.receipts;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How long a schema is waited for that no registry knows: a replica of the registry may be behind,
 * or be restored, for a moment. Once that was in vain, other schemas are not waited for during a
 * while, since everything behind such a record waits too, and any program that may write to the
 * topic can write one. Thread-safe.
 */
final class SchemaPatience {
  /** Longer than an unknown id is not asked for again. */
  static final Duration LONGEST = Duration.ofSeconds(40);

  static final Duration PAUSE = Duration.ofMinutes(10);

  private static final int MOST = 16;

  private final LongSupplier nanoTime;
  private final Map<Integer, Long> since =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Long> eldest) {
          return size() > MOST;
        }
      };
  private @Nullable Long inVain;

  SchemaPatience(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Returns whether a record is waited for whose schema has this id. */
  synchronized boolean waitsFor(int id) {
    long now = nanoTime.getAsLong();
    @Nullable Long began = since.get(id);
    if (began == null) {
      @Nullable Long last = inVain;
      if (last != null && now - last < PAUSE.toNanos()) {
        return false;
      }
      since.put(id, now);
      return true;
    }
    if (now - began < LONGEST.toNanos()) {
      return true;
    }
    if (now - began < PAUSE.toNanos()) {
      inVain = now;
    }
    return false;
  }
}
