package dev.tidings.ingest.console.overview;

import java.time.Instant;

/**
 * Something that an operator has to look at.
 *
 * @param name of its kind
 * @param detail what it is about
 * @param since when it was seen first, without a pause
 */
record Alarm(String name, Severity severity, String detail, Instant since) {
  /** How soon. */
  enum Severity {
    /** Notifications are not delivered, or may be lost. */
    CRITICAL,
    /** They will be late, or nobody would notice if they were. */
    WARNING
  }

  /** Whether it is about the same. */
  boolean isSameAs(Alarm other) {
    return name.equals(other.name) && subject(detail).equals(subject(other.detail));
  }

  /** What numbers it has may change. */
  private static String subject(String detail) {
    return detail.replaceAll("[0-9.]+ (s|of|notifications|partitions)\\b", "");
  }
}
