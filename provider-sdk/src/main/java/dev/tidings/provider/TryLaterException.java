package dev.tidings.provider;

import java.io.IOException;

/** The service is overloaded or not ready; the request may be repeated soon. */
public final class TryLaterException extends IOException {
  private static final long serialVersionUID = 1L;

  TryLaterException(String message) {
    super(message);
  }
}
