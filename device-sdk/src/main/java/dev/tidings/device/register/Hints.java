package dev.tidings.device.register;

import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;

/**
 * What a device tells of itself when it registers, so that providers can send at times on its
 * clock, and in its language.
 */
public record Hints(Optional<Locale> locale, Optional<ZoneId> timeZone) {
  /** Nothing. */
  public static final Hints NONE = new Hints(Optional.empty(), Optional.empty());
}
