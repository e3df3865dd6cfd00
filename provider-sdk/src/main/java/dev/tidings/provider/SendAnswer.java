package dev.tidings.provider;

import java.time.Duration;
import java.util.Optional;

/** The response of the service to a notification. */
public sealed interface SendAnswer {

  /** The notification is stored. */
  record Accepted(String id) implements SendAnswer {}

  /**
   * The notification was refused.
   *
   * @param reason one of Apple's, or what is wrong
   * @param retryAfter after which the service wants to be asked again, if it says so
   */
  record Rejected(int status, String reason, Optional<Duration> retryAfter) implements SendAnswer {
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    /** One that does not say when to come again. */
    public Rejected(int status, String reason) {
      this(status, reason, Optional.empty());
    }

    /** Returns whether the service requires another credential than the client has. */
    public boolean isForCredential() {
      return status == UNAUTHORIZED || status == FORBIDDEN;
    }
  }
}
