package dev.tidings.device.register;

/** The service refused to register the device for an app; it will again. */
public final class RegistrationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RegistrationException(String app, String reason) {
    super("app: " + app + " was not registered: " + reason);
  }
}
