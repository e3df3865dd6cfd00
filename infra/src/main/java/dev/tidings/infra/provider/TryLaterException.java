package dev.tidings.infra.provider;

import java.io.IOException;

/** The service cannot say at the moment; to ask again soon is worth it. */
public final class TryLaterException extends IOException {
  private static final long serialVersionUID = 1L;

  TryLaterException(String message) {
    super(message);
  }
}
