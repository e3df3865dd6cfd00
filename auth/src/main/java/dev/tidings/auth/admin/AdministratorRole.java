package dev.tidings.auth.admin;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What an administrator may do. */
public enum AdministratorRole {
  /** Everything. */
  ADMIN,
  /** What changes nothing. */
  READ;

  /** Returns it as it is written. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads one; empty if it is none. */
  public static Optional<AdministratorRole> of(String text) {
    return Stream.of(values()).filter(each -> each.text().equals(text)).findAny();
  }
}
