package dev.tidings.service.table;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;

/**
 * A table that is held in memory, so that nothing of it outlives the process: what it keeps is for
 * its subclass to say, and how far it was read is here. It is written by the thread of its {@link
 * TableReader}, under its own lock, and may be read by all.
 */
public abstract class InMemoryTable<C> implements LocalTable<C> {
  private final Map<Integer, Long> positions = new HashMap<>();
  private Uuid topic = Uuid.ZERO_UUID;
  private long writtenAt = -1;

  /**
   * Takes what was read, in its order. Called with the lock of this table.
   *
   * @param now in ms since the epoch
   */
  protected abstract void take(List<C> changes, long now);

  /** Forgets all that was taken. Called with the lock of this table. */
  protected abstract void forgetAll();

  @Override
  public final synchronized void apply(
      List<C> changes, Map<Integer, Long> next, Uuid from, long now) {
    take(changes, now);
    positions.putAll(next);
    topic = from;
    writtenAt = now;
  }

  @Override
  public final synchronized void clear() {
    forgetAll();
    positions.clear();
    topic = Uuid.ZERO_UUID;
    writtenAt = -1;
  }

  @Override
  public final synchronized long position(int partition) {
    return positions.getOrDefault(partition, -1L);
  }

  @Override
  public final synchronized long writtenAt() {
    return writtenAt;
  }

  @Override
  public final synchronized Uuid topic() {
    return topic;
  }
}
