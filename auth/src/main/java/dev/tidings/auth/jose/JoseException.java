package dev.tidings.auth.jose;

/**
 * Thrown if a token, a key or a key set is not as it has to be. The message names what was expected
 * and repeats nothing of what was received, because that may be secret. Without a stack trace:
 * strangers cause these.
 */
public final class JoseException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Creates an exception for something that is not as expected. */
  public JoseException(String what, String expected) {
    super(what + " (expected: " + expected + ")", null, false, false);
  }

  /** Returns what was wrong and what was expected. */
  public String text() {
    return String.valueOf(getMessage());
  }
}
