package dev.tidings.streams.cap;

import dev.tidings.schemas.value.AppId;
import org.jspecify.annotations.Nullable;

/** What administrators have decided, as it is now. Thread-safe. */
@FunctionalInterface
public interface CapRules {
  /**
   * Returns how many notifications of a category a device may be sent in a day; null for any
   * number.
   *
   * @param category null for those without one
   */
  @Nullable CapRule of(AppId app, @Nullable String category);
}
