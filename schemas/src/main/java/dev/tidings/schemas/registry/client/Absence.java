package dev.tidings.schemas.registry.client;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Remembers that no registry could be reached a moment ago: a caller that does not wait for a
 * registry should spend at most a fifth of its time on further attempts. Thread-safe.
 */
final class Absence {
  private static final long SHORTEST_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int TIMES_AS_LONG = 4;

  private volatile @Nullable Long until;

  /**
   * Returns if a registry may be asked for a schema.
   *
   * @throws RegistryException.Unavailable if none was there a moment ago
   */
  void check(int id) {
    Long end = until;
    if (end != null && System.nanoTime() - end < 0) {
      throw new RegistryException.Unavailable(
          "schema " + id + ": no schema registry could be reached a moment ago");
    }
  }

  /** Records that no registry could be reached, and the begin and end of the attempt. */
  void noticed(long begin, long end) {
    until = end + Math.max(SHORTEST_NANOS, TIMES_AS_LONG * (end - begin));
  }
}
