package dev.tidings.provider;

import java.io.IOException;

/** There is no usable response; the message, for people, says why. */
public final class NoAnswerException extends IOException {
  private static final long serialVersionUID = 1L;

  NoAnswerException(String message) {
    super(message);
  }

  NoAnswerException(String message, IOException cause) {
    super(message, cause);
  }
}
