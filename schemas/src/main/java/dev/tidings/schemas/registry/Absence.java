package dev.tidings.schemas.registry;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * That no registry could be reached a moment ago: whoever does not wait for one is not to spend
 * more than a fifth of its time on asking again. Thread-safe.
 */
final class Absence {
  private static final long SHORTEST_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int TIMES_AS_LONG = 4;

  private volatile @Nullable Long until;

  /**
   * A registry may be asked for a schema.
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

  /** None could be reached, which took from one time to the other to find out. */
  void noticed(long begin, long end) {
    until = end + Math.max(SHORTEST_NANOS, TIMES_AS_LONG * (end - begin));
  }
}
