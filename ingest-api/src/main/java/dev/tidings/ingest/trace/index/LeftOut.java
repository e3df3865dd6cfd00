package dev.tidings.ingest.trace.index;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;

/**
 * Receipts that have no row yet because their schema could not be had, to be looked at again after
 * a while. Not all are remembered if there are too many. Not thread-safe.
 */
final class LeftOut {
  /** After which they are looked at again. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final int MOST = 10_000;

  private final Set<Bytes> keys = new LinkedHashSet<>();
  private boolean more;
  private long from;

  /** Adds one. */
  void add(Bytes key, long nanos) {
    if (!isAny()) {
      from = nanos + PATIENCE.toNanos();
    }
    if (keys.size() < MOST) {
      keys.add(key);
    } else {
      more |= !keys.contains(key);
    }
  }

  boolean isAny() {
    return more || !keys.isEmpty();
  }

  /** Returns whether it is time to look at them. */
  boolean isDue(long nanos) {
    return isAny() && nanos - from >= 0;
  }

  /** Returns whether these are not all. */
  boolean isMore() {
    return more;
  }

  /** Returns those that are remembered, and forgets all. */
  List<Bytes> take() {
    List<Bytes> taken = new ArrayList<>(keys);
    keys.clear();
    more = false;
    return taken;
  }
}
