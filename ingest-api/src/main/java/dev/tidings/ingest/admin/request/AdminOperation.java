package dev.tidings.ingest.admin.request;

import dev.tidings.http.Response;
import dev.tidings.http.route.PathTemplate;

/**
 * One operation of the interface.
 *
 * @param method in upper case
 * @param path such as {@code /v1/admin/teams/{id}}
 * @param changes whether it changes something, which not every administrator may
 */
public record AdminOperation(String method, PathTemplate path, Handler handler, boolean changes) {

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

  /** Creates one; whatever is not read is a change. */
  public static AdminOperation of(String method, String path, Handler handler) {
    return new AdminOperation(method, PathTemplate.of(path), handler, !method.equals("GET"));
  }

  /** Creates one that is asked with a body, for what it says belongs in no URL. */
  public static AdminOperation asking(String path, Handler handler) {
    return new AdminOperation("POST", PathTemplate.of(path), handler, false);
  }

  /** Returns whether its requests have a body. */
  public boolean hasBody() {
    return method.equals("POST") || method.equals("PUT") || method.equals("PATCH");
  }
}
