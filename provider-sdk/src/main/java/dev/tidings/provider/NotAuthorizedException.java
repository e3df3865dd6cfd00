package dev.tidings.provider;

import java.io.IOException;

/** The service requires another credential than the client has: 401, or 403. */
public final class NotAuthorizedException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String reason;

  NotAuthorizedException(String url, int status, String reason) {
    super("%s answered %d: %s".formatted(url, status, reason));
    this.status = status;
    this.reason = reason;
  }

  /** Returns 401 if there is no credential or it is not good, 403 if it is for other apps. */
  public int status() {
    return status;
  }

  /** Returns the service's words. */
  public String reason() {
    return reason;
  }
}
