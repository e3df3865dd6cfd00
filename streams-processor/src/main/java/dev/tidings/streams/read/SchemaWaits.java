package dev.tidings.streams.read;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * How long it is waited for schemas that no registry knows yet: for each id once, by whoever comes
 * upon it first, and not by each record anew. Confined to the task's thread.
 */
public final class SchemaWaits {
  public static final long PATIENCE_MILLIS = Duration.ofMinutes(10).toMillis();

  private static final int MOST = 1_000;
  private static final int ID_AT = 1;

  /** Since when, in ms since the epoch, by the ids. */
  private final SequencedMap<Integer, Long> since = new LinkedHashMap<>();

  /** Returns whether the schema of a record that can't be read yet is still waited for. */
  public boolean isWaitedFor(byte[] record, long now) {
    int id = record.length < ID_AT + Integer.BYTES ? 0 : ByteBuffer.wrap(record).getInt(ID_AT);
    @Nullable Long first = since.get(id);
    if (first == null || now < first) {
      first = now;
      since.put(id, now);
      if (since.size() > MOST) {
        since.pollFirstEntry();
      }
    }
    return now - first < PATIENCE_MILLIS;
  }
}
