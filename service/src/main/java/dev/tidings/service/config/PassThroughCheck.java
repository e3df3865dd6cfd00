package dev.tidings.service.config;

import java.util.Optional;

/** Decides which settings under a passed-through prefix are refused. */
@FunctionalInterface
public interface PassThroughCheck {
  /** Refuses nothing. */
  PassThroughCheck NONE = (name, value) -> Optional.empty();

  /**
   * Returns what is expected instead of a value; empty if the value is accepted.
   *
   * @param name the setting's name without the prefix
   */
  Optional<String> expected(String name, String value);
}
