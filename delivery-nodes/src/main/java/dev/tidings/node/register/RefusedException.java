package dev.tidings.node.register;

/** A device's request exceeds a limit; the message is sent to the device. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public RefusedException(String message) {
    super(message, null, false, false);
  }
}
