package dev.tidings.ingest.admin.entry;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** Times of entries. */
final class EntryTime {
  private EntryTime() {}

  /** Returns now, as precise as an entry keeps it: what is read back is to be equal. */
  static Instant now(InstantSource clock) {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
