package dev.tidings.http;

import io.netty.handler.codec.http.HttpResponseStatus;

/** Responses to requests that no service has seen, or at which one failed. Thread-safe. */
public interface ErrorResponses {
  /**
   * To what is not a request in HTTP/1.1; in HTTP/2 such a stream is reset.
   *
   * @param status the one of RFC 9110, such as 400 or 431
   */
  Response malformed(HttpResponseStatus status);

  /** When a service failed, or did not respond in time though it was asked to. */
  Response failed();
}
