package dev.tidings.ingest.rest;

import dev.tidings.http.Problem;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.NotificationId;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.jspecify.annotations.Nullable;

/**
 * Why a trace is not told, or nothing is done with it (RFC 9457).
 *
 * @param type a URI that identifies the kind of problem
 * @param invalid what is wrong with the request; null for nothing
 * @param next the path of the next page; null if there is none
 * @param limit the limit that is exceeded; null for none
 */
record TraceProblem(
    HttpResponseStatus status,
    String type,
    String detail,
    @Nullable InvalidValueException invalid,
    @Nullable String next,
    @Nullable String limit) {
  /** How many are looked for at once on behalf of an address. */
  static final String TRACES = "traces";

  private static final String UNREADABLE = "urn:tidings:problem:unreadable-receipt";

  /** One of which the status says everything. */
  static TraceProblem of(HttpResponseStatus status, String detail) {
    return new TraceProblem(status, Problem.BLANK, detail, null, null, null);
  }

  /** Something is wrong with the request. */
  static TraceProblem of(InvalidValueException invalid) {
    return new TraceProblem(
        HttpResponseStatus.BAD_REQUEST,
        Problem.BLANK,
        String.valueOf(invalid.getMessage()),
        invalid,
        null,
        null);
  }

  /** Nothing is known of an id. */
  static TraceProblem unknown(NotificationId id) {
    return of(
        HttpResponseStatus.NOT_FOUND,
        "id: " + id + ": no notification of yours has it (expected: one that an answer named)");
  }

  /** A receipt cannot be read. */
  static TraceProblem unreadable(String detail) {
    return new TraceProblem(HttpResponseStatus.BAD_GATEWAY, UNREADABLE, detail, null, null, null);
  }

  /** Returns it, telling where there is more. */
  TraceProblem goingOn(NotificationId id, @Nullable String mark) {
    return new TraceProblem(
        status, type, detail, invalid, mark == null ? null : GetTrace.pathOf(id, mark), limit);
  }

  /** Too many traces are being looked for, on behalf of an address or in all. */
  static TraceProblem busy() {
    return new TraceProblem(
        HttpResponseStatus.TOO_MANY_REQUESTS,
        Problem.BLANK,
        "too many traces are being looked for",
        null,
        null,
        TRACES);
  }
}
