package dev.tidings.ingest.admin;

import dev.tidings.control.decide.RefusedDecisionException;
import dev.tidings.http.Problem;
import dev.tidings.http.Response;
import dev.tidings.ingest.limit.LimitFields;
import dev.tidings.schemas.value.InvalidValueException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.util.LinkedHashMap;
import java.util.Map;

/** Answers that name a field, its value and what was expected. */
final class AdminProblems {
  private static final AsciiString BEARER = AsciiString.cached("Bearer");
  private static final long SOON_SECONDS = 1;
  private static final AsciiString SOON = AsciiString.cached(Long.toString(SOON_SECONDS));

  /** The limit of credentials that are refused to an address. */
  private static final String REFUSED = "refused-credentials";

  private AdminProblems() {}

  static Response refused(RefusedDecisionException refused) {
    HttpResponseStatus status =
        switch (refused.reason()) {
          case ABSENT -> HttpResponseStatus.NOT_FOUND;
          case TAKEN -> HttpResponseStatus.CONFLICT;
          case INVALID -> HttpResponseStatus.BAD_REQUEST;
        };
    return of(status, refused.what());
  }

  static Response of(HttpResponseStatus status, InvalidValueException what) {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("field", what.name());
    members.put("value", what.value());
    members.put("expected", what.expected());
    var problem = new Problem(status, null, status.reasonPhrase(), what.getMessage(), members);
    return status.equals(HttpResponseStatus.SERVICE_UNAVAILABLE)
        ? problem.response(HttpHeaderNames.RETRY_AFTER, SOON)
        : problem.response();
  }

  static Response of(HttpResponseStatus status, String name, String value, String expected) {
    return of(status, new InvalidValueException(name, value, expected));
  }

  static Response unauthorized(String detail) {
    return Problem.of(HttpResponseStatus.UNAUTHORIZED, detail)
        .response(HttpHeaderNames.WWW_AUTHENTICATE, BEARER);
  }

  static Response readOnly() {
    return Problem.of(
            HttpResponseStatus.FORBIDDEN,
            "role: read (expected: admin, for what changes something)")
        .response();
  }

  static Response tooMany() {
    HttpResponseStatus status = HttpResponseStatus.TOO_MANY_REQUESTS;
    return new Problem(
            status,
            null,
            status.reasonPhrase(),
            "too many credentials from this address were refused (expected: a valid one)",
            Map.of("limit", REFUSED))
        .response(LimitFields.of(REFUSED, SOON_SECONDS));
  }

  static Response notNow(String detail) {
    return Problem.of(HttpResponseStatus.SERVICE_UNAVAILABLE, detail)
        .response(HttpHeaderNames.RETRY_AFTER, SOON);
  }

  static Response failed() {
    return Problem.of(HttpResponseStatus.INTERNAL_SERVER_ERROR, "see this node's log").response();
  }
}
