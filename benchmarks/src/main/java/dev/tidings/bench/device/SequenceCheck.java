package dev.tidings.bench.device;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What has arrived at one device of a sequence that starts at 0. For one thread at a time. */
final class SequenceCheck {
  /** What an arrival is. */
  enum Verdict {
    /** Behind everything that had arrived before. */
    IN_ORDER,
    /** For the first time, but behind a later one. */
    LATE,
    /** It had arrived before. */
    REPEATED
  }

  private int next;
  private @Nullable Set<Integer> missing;

  Verdict arrived(int sequence) {
    if (sequence == next) {
      next++;
      return Verdict.IN_ORDER;
    }
    if (sequence > next) {
      Set<Integer> gap = missing == null ? new HashSet<>() : missing;
      for (int skipped = next; skipped < sequence; skipped++) {
        gap.add(skipped);
      }
      missing = gap;
      next = sequence + 1;
      return Verdict.IN_ORDER;
    }
    return missing != null && missing.remove(sequence) ? Verdict.LATE : Verdict.REPEATED;
  }

  /** What has not arrived of the first {@code sent}. */
  Set<Integer> missing(int sent) {
    Set<Integer> all = new HashSet<>(missing == null ? Set.of() : missing);
    for (int sequence = next; sequence < sent; sequence++) {
      all.add(sequence);
    }
    return all;
  }
}
