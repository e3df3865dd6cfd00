package dev.tidings.auth.admin;

import dev.tidings.auth.Decision;
import org.jspecify.annotations.Nullable;

/** Decides who administers. Must answer from memory. Thread-safe. */
@FunctionalInterface
public interface AdministratorAuthenticator {
  /**
   * Checks a request.
   *
   * @param authorization the value of its {@code authorization} header, if it has one
   */
  Decision<Administrator> authenticate(@Nullable String authorization);
}
