package dev.tidings.provider;

/** The response of the service to a notification. */
public sealed interface SendAnswer {

  /** The notification is stored. */
  record Accepted(String id) implements SendAnswer {}

  /** The notification was refused; {@code reason} is one of Apple's, or says what is wrong. */
  record Rejected(int status, String reason) implements SendAnswer {
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    /** Returns whether the service requires another credential than the client has. */
    public boolean isForCredential() {
      return status == UNAUTHORIZED || status == FORBIDDEN;
    }
  }
}
