package dev.tidings.device.register;

/** The service did not register the device for an app. */
public final class RegistrationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean worthRetrying;

  RegistrationException(String app, String reason) {
    super("app: " + app + " was not registered: " + reason);
    this.worthRetrying = reason.startsWith("try again");
  }

  /** Returns whether a later attempt may succeed; if not, the request is invalid. */
  public boolean isWorthRetrying() {
    return worthRetrying;
  }
}
