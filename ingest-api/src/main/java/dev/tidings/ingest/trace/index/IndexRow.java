package dev.tidings.ingest.trace.index;

import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.topic.ReceiptKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the index has of a notification to one token: as much as questions choose by, and as is
 * counted.
 *
 * @param reports what stands beside its receipt, a bit for each kind of report
 * @param device tells devices apart; 0 for none
 * @param category null if it has none
 */
public record IndexRow(Outcome outcome, int reports, long device, @Nullable String category) {
  /** In the order of their numbers in rows, which do not change. */
  static final List<Outcome> OUTCOMES =
      List.of(
          Outcome.UNKNOWN,
          Outcome.PENDING,
          Outcome.DELIVERED,
          Outcome.EXPIRED,
          Outcome.UNREGISTERED,
          Outcome.REJECTED,
          Outcome.COLLAPSED,
          Outcome.EVICTED,
          Outcome.REPEATED,
          Outcome.WITHDRAWN);

  private static final int LENGTH = 2 + Long.BYTES;

  /** Returns what tells a device from others. */
  public static long device(@Nullable String device) {
    return device == null ? 0 : ReceiptKey.hash(device);
  }

  /** Returns the bit of a kind. */
  static int bit(ReceiptKey.Kind kind) {
    return switch (kind) {
      case DISPLAYED -> 1;
      case OPENED -> 2;
      case WITHDRAWN -> 4;
      case FIRST, REPEATED -> 0;
    };
  }

  boolean has(ReceiptKey.Kind kind) {
    return (reports & bit(kind)) != 0;
  }

  /** Returns what stands beside its receipt. */
  public List<ReceiptKey.Kind> beside() {
    List<ReceiptKey.Kind> beside = new ArrayList<>();
    for (ReceiptKey.Kind kind : ReceiptKey.Kind.values()) {
      if (has(kind)) {
        beside.add(kind);
      }
    }
    return beside;
  }

  byte[] bytes() {
    byte[] word = category == null ? new byte[0] : category.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(LENGTH + word.length)
        .put((byte) OUTCOMES.indexOf(outcome))
        .put((byte) reports)
        .putLong(device)
        .put(word)
        .array();
  }

  /** Reads a row; one of an earlier version ends before the category. */
  static IndexRow parse(byte[] bytes) {
    ByteBuffer parts = ByteBuffer.wrap(bytes);
    int outcome = parts.get();
    return new IndexRow(
        outcome >= 0 && outcome < OUTCOMES.size() ? OUTCOMES.get(outcome) : Outcome.UNKNOWN,
        parts.get(),
        parts.getLong(),
        parts.hasRemaining()
            ? new String(bytes, LENGTH, bytes.length - LENGTH, StandardCharsets.US_ASCII)
            : null);
  }
}
