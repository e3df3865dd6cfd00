package dev.tidings.streams.channel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.apache.kafka.common.utils.Bytes;

/**
 * Those who have joined a channel by records that can't be read yet, by the records' keys. For one
 * thread at a time.
 */
public final class UnreadJoins {
  private static final int MOST = 1_000;
  private static final long AGAIN_MILLIS = Duration.ofSeconds(10).toMillis();

  private final SequencedMap<Bytes, byte[]> joins = new LinkedHashMap<>();
  private long lookedAt = Long.MIN_VALUE / 2;

  /** A record. */
  public record Join(byte[] key, byte[] value) {}

  /** Adds one; returns whether there was room without removing the first one for it. */
  public boolean add(byte[] key, byte[] value) {
    joins.put(Bytes.wrap(key), value);
    boolean hasRoom = joins.size() <= MOST;
    if (!hasRoom) {
      joins.pollFirstEntry();
    }
    return hasRoom;
  }

  /** Removes and returns all, if they are to be looked at now. */
  public List<Join> due(long now) {
    List<Join> due = new ArrayList<>();
    if (!joins.isEmpty() && (now < lookedAt || now - lookedAt >= AGAIN_MILLIS)) {
      lookedAt = now;
      joins.forEach((key, value) -> due.add(new Join(key.get(), value)));
      joins.clear();
    }
    return due;
  }
}
