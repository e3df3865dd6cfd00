package dev.tidings.ingest.http;

import io.netty.handler.codec.http.HttpResponseStatus;

/** The words for what no service got to see, or what one did not expect. Thread-safe. */
public interface ErrorAnswers {
  /**
   * To what is no request in HTTP/1.1; in HTTP/2 such a stream is reset.
   *
   * @param status what RFC 9110 says to it, such as 400 or 431
   */
  Answer malformed(HttpResponseStatus status);

  /** When a service failed, or did not answer in time though it was told to. */
  Answer failed();
}
