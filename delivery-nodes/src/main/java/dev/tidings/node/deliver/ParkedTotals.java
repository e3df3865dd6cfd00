package dev.tidings.node.deliver;

import dev.tidings.node.inbox.Label;
import dev.tidings.node.inbox.ParkedRange;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How many entries a partition's parked inbox has, and what they weigh. Changed on the partition's
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
  void stored(Label label, @Nullable Label before) {
    if (before == null) {
      count.incrementAndGet();
    }
    bytes.addAndGet(label.bytes() - (before == null ? 0 : before.bytes()));
  }

  void removed(Label label) {
    count.decrementAndGet();
    bytes.addAndGet(-label.bytes());
  }

  long count() {
    return count.get();
  }

  long bytes() {
    return bytes.get();
  }
}
