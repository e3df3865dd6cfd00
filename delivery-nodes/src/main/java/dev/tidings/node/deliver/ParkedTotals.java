package dev.tidings.node.deliver;

import dev.tidings.node.parked.ParkedHeader;
import dev.tidings.node.parked.ParkedRange;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The number and the size of the entries in a partition's parked inbox. Changed on the partition's
 * loop alone; read from any thread.
 */
final class ParkedTotals {
  private final AtomicLong count = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  ParkedTotals(Collection<ParkedRange> ranges) {
    ranges.forEach(range -> {
      count.addAndGet(range.count());
      bytes.addAndGet(range.bytes());
    });
  }

  /**
   * An entry was stored.
   *
   * @param before what it replaces; null if it is new
   */
  void stored(ParkedHeader parkedHeader, @Nullable ParkedHeader before) {
    if (before == null) {
      count.incrementAndGet();
    }
    bytes.addAndGet(parkedHeader.bytes() - (before == null ? 0 : before.bytes()));
  }

  void removed(ParkedHeader parkedHeader) {
    count.decrementAndGet();
    bytes.addAndGet(-parkedHeader.bytes());
  }

  long count() {
    return count.get();
  }

  long bytes() {
    return bytes.get();
  }
}
