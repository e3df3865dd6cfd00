package dev.tidings.infra.stack;

import org.jspecify.annotations.Nullable;

/** The stack cannot start; the message, for people, says why. */
public final class StackException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StackException(String message) {
    this(message, null);
  }

  StackException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
