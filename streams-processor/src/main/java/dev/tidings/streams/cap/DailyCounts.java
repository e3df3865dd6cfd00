package dev.tidings.streams.cap;

import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * What was sent on today of the categories that have a daily cap: a row for each token, category
 * and day, with the ids that were counted. A token is of one device and one app. The keys begin
 * with the end of the day, so that the days that are over are in front, and are deleted without a
 * look at the others. Confined to the task's thread.
 */
public final class DailyCounts {
  /** A day has up to 25 hours, and what was counted on the last one is not counted again. */
  static final Duration KEPT = Duration.ofHours(26);

  private static final Duration EVERY = Duration.ofMinutes(1);
  private static final int MOST_DELETED = 500;
  private static final int ID_BYTES = 2 * Long.BYTES;
  private static final byte[] NONE = {};

  private final KeyValueStore<Bytes, byte[]> store;

  /** What is before it was deleted: to walk over that again would read its tombstones. */
  private @Nullable Bytes deletedUntil;

  private long lookedAt = Long.MIN_VALUE;
  private boolean more;

  public DailyCounts(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  /**
   * Counts a notification, unless that makes too many today. One that was counted today, or the day
   * before, is not counted again: it is read again after a crash, or its provider has sent it
   * twice.
   *
   * @return whether it may be sent on
   */
  public boolean admits(
      Token token, String category, NotificationId id, CapRule rule, long nowMillis) {
    CapRule.Day day = rule.dayAt(nowMillis);
    Bytes today = key(day.end(), token, category);
    byte[] counted = get(today);
    byte[] one = bytes(id);
    if (contains(counted, one) || contains(get(key(day.begin(), token, category)), one)) {
      return true;
    }
    if (counted.length / ID_BYTES >= rule.perDay()) {
      return false;
    }
    byte[] with = Arrays.copyOf(counted, counted.length + ID_BYTES);
    System.arraycopy(one, 0, with, counted.length, ID_BYTES);
    store.put(today, with);
    return true;
  }

  /** Deletes rows of days that are over, a few at once: called again and again. */
  public void forgetPast(long nowMillis) {
    if (nowMillis < lookedAt) {
      // The clock was set back: rows may have been written in front of what was deleted.
      deletedUntil = null;
    } else if (!more && lookedAt != Long.MIN_VALUE && nowMillis - lookedAt < EVERY.toMillis()) {
      return;
    }
    lookedAt = nowMillis;
    List<Bytes> past = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> each =
        store.range(deletedUntil, end(nowMillis - KEPT.toMillis()))) {
      while (each.hasNext() && past.size() < MOST_DELETED) {
        past.add(each.next().key);
      }
    }
    past.forEach(store::delete);
    more = past.size() == MOST_DELETED;
    if (!past.isEmpty()) {
      deletedUntil = past.getLast();
    }
  }

  private byte[] get(Bytes key) {
    byte @Nullable [] found = store.get(key);
    return found == null || found.length % ID_BYTES != 0 ? NONE : found;
  }

  private static boolean contains(byte[] counted, byte[] one) {
    for (int i = 0; i < counted.length; i += ID_BYTES) {
      if (Arrays.equals(counted, i, i + ID_BYTES, one, 0, ID_BYTES)) {
        return true;
      }
    }
    return false;
  }

  private static byte[] bytes(NotificationId id) {
    UUID uuid = UUID.fromString(id.value());
    return ByteBuffer.allocate(ID_BYTES)
        .putLong(uuid.getMostSignificantBits())
        .putLong(uuid.getLeastSignificantBits())
        .array();
  }

  private static Bytes end(long end) {
    return Bytes.wrap(ByteBuffer.allocate(Long.BYTES).putLong(Math.max(0, end)).array());
  }

  private static Bytes key(long end, Token token, String category) {
    byte[] of = token.key();
    byte[] word = category.getBytes(StandardCharsets.US_ASCII);
    return Bytes.wrap(
        ByteBuffer.allocate(Long.BYTES + of.length + word.length)
            .putLong(end)
            .put(of)
            .put(word)
            .array());
  }
}
