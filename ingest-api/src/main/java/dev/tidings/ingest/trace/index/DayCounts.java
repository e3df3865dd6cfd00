package dev.tidings.ingest.trace.index;

import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.value.Category;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * How many notifications of an app and a category were accepted on a day, by what became of them. A
 * day is one of UTC. Immutable, as long as nobody changes the array.
 *
 * @param counts of those displayed and opened, and then by outcome
 */
public record DayCounts(long[] counts) {
  private static final byte COUNTS = 2;
  private static final byte END_OF_APP = 0;
  private static final int DISPLAYED = 0;
  private static final int OPENED = 1;
  private static final int OUTCOMES = 2;
  private static final int LENGTH = OUTCOMES + IndexRow.OUTCOMES.size();
  private static final long DAY = Duration.ofDays(1).toMillis();

  /** None. */
  public static final DayCounts NONE = new DayCounts(new long[LENGTH]);

  /** Returns the day of a time, counted from the epoch. */
  static long day(long at) {
    return Math.floorDiv(at, DAY);
  }

  /**
   * A day and a category.
   *
   * @param day counted from the epoch
   * @param category {@link Category#NONE} for notifications without one
   */
  public record Of(long day, String category) {}

  /** Returns where the keys of the counts of an app and a day begin. */
  static Bytes first(String app, long day) {
    return key(app, day, null);
  }

  /**
   * Returns the key of the counts of an app, a day and a category. Without a category it is what an
   * earlier version had, which knew none.
   */
  static Bytes key(String app, long day, @Nullable String category) {
    byte[] name = app.getBytes(StandardCharsets.US_ASCII);
    byte[] word = category == null ? new byte[0] : category.getBytes(StandardCharsets.US_ASCII);
    return Bytes.wrap(
        ByteBuffer.allocate(name.length + 2 + Long.BYTES + word.length)
            .put(COUNTS)
            .put(name)
            .put(END_OF_APP)
            .putLong(day)
            .put(word)
            .array());
  }

  /** Returns what a key of an app says. */
  static Of of(String app, Bytes key) {
    byte[] bytes = key.get();
    int start = app.length() + 2;
    int end = start + Long.BYTES;
    long day = ByteBuffer.wrap(bytes, start, Long.BYTES).getLong();
    return new Of(
        day,
        bytes.length == end
            ? Category.NONE
            : new String(bytes, end, bytes.length - end, StandardCharsets.US_ASCII));
  }

  /** Returns these with one row more, or less. */
  DayCounts with(IndexRow row, int times) {
    long[] changed = counts.clone();
    changed[OUTCOMES + IndexRow.OUTCOMES.indexOf(row.outcome())] += times;
    changed[DISPLAYED] += row.has(ReceiptKey.Kind.DISPLAYED) ? times : 0;
    changed[OPENED] += row.has(ReceiptKey.Kind.OPENED) ? times : 0;
    return new DayCounts(changed);
  }

  /** Returns the sum of both. */
  public DayCounts plus(DayCounts other) {
    long[] sum = counts.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += other.counts[i];
    }
    return new DayCounts(sum);
  }

  /** Returns how many there are. */
  public long accepted() {
    return Arrays.stream(counts, OUTCOMES, LENGTH).sum();
  }

  /** Returns how many have this outcome. */
  public long of(Outcome outcome) {
    return counts[OUTCOMES + IndexRow.OUTCOMES.indexOf(outcome)];
  }

  /** Returns how many their devices have shown. */
  public long displayed() {
    return counts[DISPLAYED];
  }

  /** Returns how many their users have opened. */
  public long opened() {
    return counts[OPENED];
  }

  /** Returns the bytes; null if there is nothing to count. */
  byte @Nullable [] bytes() {
    for (long count : counts) {
      if (count != 0) {
        return written();
      }
    }
    return null;
  }

  /** Returns them as {@link #read} reads them. */
  public byte[] written() {
    ByteBuffer bytes = ByteBuffer.allocate(LENGTH * Long.BYTES);
    for (long count : counts) {
      bytes.putLong(count);
    }
    return bytes.array();
  }

  static DayCounts parse(byte @Nullable [] stored) {
    return stored == null ? NONE : read(stored);
  }

  /** Reads what was written, also by a version that knows other outcomes. */
  public static DayCounts read(byte[] stored) {
    long[] counts = new long[LENGTH];
    ByteBuffer bytes = ByteBuffer.wrap(stored);
    for (int i = 0; i < LENGTH && bytes.remaining() >= Long.BYTES; i++) {
      counts[i] = bytes.getLong();
    }
    return new DayCounts(counts);
  }
}
