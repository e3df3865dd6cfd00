package dev.tidings.infra.provider;

import java.io.IOException;

/** The service gave no answer that can be used; the message says why, for people. */
public final class NoAnswerException extends IOException {
  private static final long serialVersionUID = 1L;

  NoAnswerException(String message) {
    super(message);
  }

  NoAnswerException(String message, IOException cause) {
    super(message, cause);
  }
}
