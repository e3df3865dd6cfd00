package dev.tidings.bench.device;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tracks what has arrived at one device of a sequence that starts at 0. Not thread-safe. */
final class SequenceCheck {
  /** The kind of an arrival. */
  enum Result {
    /** After everything that arrived before. */
    IN_ORDER,
    /** For the first time, but after a later one. */
    LATE,
    /** A repetition. */
    REPEATED
  }

  private int next;
  private @Nullable Set<Integer> missing;

  Result arrived(int sequence) {
    if (sequence == next) {
      next++;
      return Result.IN_ORDER;
    }
    if (sequence > next) {
      Set<Integer> gap = missing == null ? new HashSet<>() : missing;
      for (int skipped = next; skipped < sequence; skipped++) {
        gap.add(skipped);
      }
      missing = gap;
      next = sequence + 1;
      return Result.IN_ORDER;
    }
    return missing != null && missing.remove(sequence) ? Result.LATE : Result.REPEATED;
  }

  /** Returns which of the first {@code sent} have not arrived. */
  Set<Integer> missing(int sent) {
    Set<Integer> all = new HashSet<>(missing == null ? Set.of() : missing);
    for (int sequence = next; sequence < sent; sequence++) {
      all.add(sequence);
    }
    return all;
  }
}
