package dev.tidings.ingest.admin.request;

import dev.tidings.http.Response;
import dev.tidings.http.route.PathTemplate;

/**
 * One operation of the interface.
 *
 * @param method in upper case
 * @param path such as {@code /v1/admin/teams/{id}}
 */
public record AdminOperation(String method, PathTemplate path, Handler handler) {

  /** Answers requests, in a thread that may wait. */
  @FunctionalInterface
  public interface Handler {
    /**
     * Answers.
     *
     * @throws BadRequestException and what decisions throw: {@code
     *     dev.tidings.control.decide.RefusedDecisionException}, {@code
     *     dev.tidings.schemas.value.InvalidValueException}
     */
    Response answer(AdminRequest request) throws InterruptedException;
  }

  /** Creates one. */
  public static AdminOperation of(String method, String path, Handler handler) {
    return new AdminOperation(method, PathTemplate.of(path), handler);
  }

  /** Returns whether its requests have a body. */
  public boolean hasBody() {
    return method.equals("POST") || method.equals("PUT") || method.equals("PATCH");
  }
}
