package dev.tidings.node.register;

/** What a device asks for is too much; the message is for the device. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  RefusedException(String message) {
    super(message, null, false, false);
  }
}
