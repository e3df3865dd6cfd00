package dev.tidings.ingest.admin.request;

import dev.tidings.schemas.value.InvalidValueException;
import io.netty.handler.codec.http.HttpResponseStatus;

/** A request that is not understood. Without a stack trace: clients cause these. */
public final class BadRequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  // Of Netty, which does not say that its statuses can be serialised.
  private final transient HttpResponseStatus status;
  private final transient InvalidValueException what;

  public BadRequestException(String name, String value, String expected) {
    this(HttpResponseStatus.BAD_REQUEST, new InvalidValueException(name, value, expected));
  }

  public BadRequestException(HttpResponseStatus status, InvalidValueException what) {
    super(what.getMessage(), null, false, false);
    this.status = status;
    this.what = what;
  }

  public HttpResponseStatus status() {
    return status;
  }

  /** Returns the value, and what was expected. */
  public InvalidValueException what() {
    return what;
  }
}
