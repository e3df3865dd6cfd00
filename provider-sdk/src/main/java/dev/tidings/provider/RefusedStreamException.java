package dev.tidings.provider;

import java.io.IOException;

/** The service has refused a stream of receipts, and would again. */
public final class RefusedStreamException extends IOException {
  private static final long serialVersionUID = 1;

  RefusedStreamException(String message) {
    super(message);
  }
}
