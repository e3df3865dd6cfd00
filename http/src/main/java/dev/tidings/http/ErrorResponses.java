package dev.tidings.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Responses to requests that no service has seen, or at which one failed. Thread-safe. */
public interface ErrorResponses {
  /**
   * Those to requests for a path, where one port has interfaces whose errors differ.
   *
   * @param path null where the request could not be read that far
   */
  default ErrorResponses at(@Nullable String path) {
    return this;
  }

  /**
   * To what is not a request in HTTP/1.1; in HTTP/2 such a stream is reset.
   *
   * @param status the one of RFC 9110, such as 400 or 431
   */
  Response malformed(HttpResponseStatus status);

  /** When a service failed, or did not respond in time though it was asked to. */
  Response failed();

  /** When nothing is served at a path. */
  default Response notFound() {
    return Problem.of(
            HttpResponseStatus.NOT_FOUND,
            "path: nothing is here (expected: one that is documented)")
        .response();
  }

  /**
   * When a path is not served with a method; {@code Allow} is added to it.
   *
   * @param methods those it is served with, as {@code Allow} has them
   */
  default Response methodNotAllowed(List<String> methods) {
    return Problem.of(
            HttpResponseStatus.METHOD_NOT_ALLOWED,
            "method: not one of this path (expected: " + String.join(", ", methods) + ")")
        .response();
  }
}
