package dev.tidings.ingest.request;

import dev.tidings.schemas.value.CollapseId;
import dev.tidings.schemas.value.Expiration;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.Priority;
import dev.tidings.schemas.value.PushType;
import org.jspecify.annotations.Nullable;

/** Reads the headers that stand for themselves, each with the reason for its being wrong. */
final class HeaderValues {
  private static final int MAX_EXPIRATION_DIGITS = 15;

  private HeaderValues() {}

  /** Seconds since the epoch, in the log milliseconds; 0 means one attempt, absent means no end. */
  static Expiration expiration(@Nullable String seconds) throws Refusal {
    if (seconds == null) {
      return Expiration.NEVER;
    }
    if (seconds.isEmpty() || seconds.length() > MAX_EXPIRATION_DIGITS) {
      throw new Refusal(RejectionReason.BAD_EXPIRATION_DATE);
    }
    long value = 0;
    for (int i = 0; i < seconds.length(); i++) {
      char c = seconds.charAt(i);
      if (c < '0' || c > '9') {
        throw new Refusal(RejectionReason.BAD_EXPIRATION_DATE);
      }
      value = 10 * value + (c - '0');
    }
    return value == 0 ? Expiration.ONCE : new Expiration(1000 * value);
  }

  /** By Apple a background push has priority 5, and 10 is an error; so 5 is what absent means. */
  static Priority priority(@Nullable String text, PushType type) throws Refusal {
    if (text == null) {
      return type == PushType.BACKGROUND ? Priority.CONSERVE_POWER : Priority.IMMEDIATE;
    }
    Priority priority =
        switch (text) {
          case "10" -> Priority.IMMEDIATE;
          case "5" -> Priority.CONSERVE_POWER;
          case "1" -> Priority.LOW;
          default -> throw new Refusal(RejectionReason.BAD_PRIORITY);
        };
    if (type == PushType.BACKGROUND && priority == Priority.IMMEDIATE) {
      throw new Refusal(RejectionReason.BAD_PRIORITY);
    }
    return priority;
  }

  static @Nullable CollapseId collapseId(@Nullable String text) throws Refusal {
    if (text == null) {
      return null;
    }
    try {
      return new CollapseId(text);
    } catch (InvalidValueException e) {
      throw new Refusal(RejectionReason.BAD_COLLAPSE_ID);
    }
  }

  static PushType pushType(@Nullable String text) throws Refusal {
    if (text == null || text.equals("alert")) {
      return PushType.ALERT;
    }
    try {
      return PushType.of(text);
    } catch (InvalidValueException e) {
      throw new Refusal(RejectionReason.INVALID_PUSH_TYPE);
    }
  }
}
