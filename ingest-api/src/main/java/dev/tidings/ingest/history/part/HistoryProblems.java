package dev.tidings.ingest.history.part;

import dev.tidings.http.Problem;
import dev.tidings.http.Response;
import dev.tidings.ingest.json.JsonAnswer;
import dev.tidings.ingest.limit.LimitFields;
import dev.tidings.schemas.value.InvalidValueException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.util.Map;

/** Why a question is not answered (RFC 9457). */
public final class HistoryProblems {
  /** How many are answered at once for one who asks, and in all. */
  private static final String LIMIT = "traces";

  private static final long SOON_SECONDS = 1;
  private static final AsciiString SOON = AsciiString.cached(Long.toString(SOON_SECONDS));

  private HistoryProblems() {}

  /** Something is wrong with the request. */
  public static Response invalid(InvalidValueException invalid) {
    HttpResponseStatus status = HttpResponseStatus.BAD_REQUEST;
    byte[] body =
        JsonAnswer.object(
                status,
                out -> {
                  out.writeStringField("type", Problem.BLANK);
                  out.writeStringField("title", status.reasonPhrase());
                  out.writeNumberField("status", status.code());
                  out.writeStringField("detail", String.valueOf(invalid.getMessage()));
                  out.writeArrayFieldStart("errors");
                  out.writeStartObject();
                  out.writeStringField("field", invalid.name());
                  out.writeStringField("value", invalid.value());
                  out.writeStringField("expected", invalid.expected());
                  out.writeEndObject();
                  out.writeEndArray();
                })
            .body();
    return Response.of(status, body, HttpHeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE);
  }

  /** It is not an app of who asks, or there is none of this name: both are the same. */
  static Response notAllowed(String app) {
    return Problem.of(
            HttpResponseStatus.FORBIDDEN, "app: " + app + " (expected: one of this credential's)")
        .response();
  }

  /** It cannot be told at the moment; a request may succeed soon. */
  public static Response notNow(String why) {
    return Problem.of(HttpResponseStatus.SERVICE_UNAVAILABLE, why)
        .response(HttpHeaderNames.RETRY_AFTER, SOON);
  }

  /** Too many are being answered. */
  static Response busy() {
    HttpResponseStatus status = HttpResponseStatus.TOO_MANY_REQUESTS;
    return new Problem(
            status,
            null,
            status.reasonPhrase(),
            "too many questions about the history are being answered",
            Map.of("limit", LIMIT))
        .response(LimitFields.of(LIMIT, SOON_SECONDS));
  }

  static Response failed() {
    return Problem.of(HttpResponseStatus.INTERNAL_SERVER_ERROR, "unexpected: see this node's log")
        .response();
  }
}
