package dev.tidings.http.http1;

import io.netty.handler.codec.http.HttpResponseStatus;

/** A violation of HTTP/1.1 in a request. Without a stack trace: a flood has to be cheap. */
final class HttpFault extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final transient HttpResponseStatus status;

  HttpFault(HttpResponseStatus status, String message) {
    super(message);
    this.status = status;
  }

  HttpResponseStatus status() {
    return status;
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
