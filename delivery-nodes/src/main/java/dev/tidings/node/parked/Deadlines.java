package dev.tidings.node.parked;

import dev.tidings.schemas.topic.InboxKey;
import dev.tidings.schemas.value.DeviceId;
import io.netty.util.collection.LongObjectHashMap;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The expiry times of parked entries, by the second: a look-up costs time for the expired entries,
 * not for all stored ones. Takes about 24 bytes for each entry that expires. Confined to one
 * thread.
 */
public final class Deadlines {
  private static final long SECOND = 1_000;

  /** Entries by the end of their second, then by sequence, which is unique in a partition. */
  private final TreeMap<Long, LongObjectHashMap<DeviceId>> seconds = new TreeMap<>();

  /**
   * Adds an entry.
   *
   * @param at milliseconds since the epoch; {@link Long#MAX_VALUE} if it never expires
   */
  public void add(long at, InboxKey inboxKey) {
    if (at != Long.MAX_VALUE) {
      seconds
          .computeIfAbsent(second(at), end -> new LongObjectHashMap<>())
          .put(inboxKey.sequence(), inboxKey.device());
    }
  }

  /** Removes an entry added for that time, if there is one. */
  public void remove(long at, long sequence) {
    if (at == Long.MAX_VALUE) {
      return;
    }
    @Nullable LongObjectHashMap<DeviceId> entries = seconds.get(second(at));
    if (entries != null && entries.remove(sequence) != null && entries.isEmpty()) {
      seconds.remove(second(at));
    }
  }

  /** Removes and returns at most {@code most} entries whose second is over. */
  public List<InboxKey> poll(long now, int most) {
    List<InboxKey> due = new ArrayList<>();
    while (due.size() < most) {
      Map.@Nullable Entry<Long, LongObjectHashMap<DeviceId>> first = seconds.firstEntry();
      if (first == null || first.getKey() > Math.floorDiv(now, SECOND)) {
        break;
      }
      Iterator<Map.Entry<Long, DeviceId>> entries = first.getValue().entrySet().iterator();
      while (entries.hasNext() && due.size() < most) {
        Map.Entry<Long, DeviceId> entry = entries.next();
        due.add(new InboxKey(entry.getValue(), entry.getKey()));
        entries.remove();
      }
      if (first.getValue().isEmpty()) {
        seconds.remove(first.getKey());
      }
    }
    return due;
  }

  private static long second(long at) {
    return Math.ceilDiv(at, SECOND);
  }
}
