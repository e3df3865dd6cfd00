package dev.tidings.ingest.rest;

import dev.tidings.http.Problem;
import dev.tidings.http.Response;
import dev.tidings.ingest.limit.LimitFields;
import dev.tidings.ingest.trace.TraceResult;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.service.log.SeldomLog;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Creates the responses to requests for traces. Thread-safe. */
final class TraceResponses {
  private static final long SOON_SECONDS = 1;
  private static final AsciiString RETRY_AFTER_SECONDS =
      AsciiString.cached(Long.toString(SOON_SECONDS));

  private final TraceJson json = new TraceJson();
  private final SeldomLog failures = new SeldomLog(LoggerFactory.getLogger(TraceResponses.class));

  Response found(NotificationId id, TraceResult.Found found) {
    return found.accounts().getFirst() instanceof TraceResult.Unreadable(var unique, String why)
        ? problem(TraceProblem.unreadable(why))
        : json(HttpResponseStatus.OK, json.found(id, found));
  }

  /** The answer to a withdrawal. */
  Response withdrawn(
      NotificationId id, int withdrawn, int told, int unchanged, @Nullable String next) {
    return json(HttpResponseStatus.OK, json.withdrawn(id, withdrawn, told, unchanged, next));
  }

  Response unknown(NotificationId id, TraceResult.Unknown unknown) {
    return problem(HttpResponseStatus.NOT_FOUND, json.unknown(id, unknown));
  }

  /**
   * To a request for what the caller may not see. Nobody is told that another team uses an id, or
   * how often: where there is more to look at, the answer names only where to go on.
   *
   * @param complete whether what there is was looked at
   */
  Response hidden(NotificationId id, @Nullable String next, boolean complete) {
    return complete
        ? problem(TraceProblem.unknown(id).goingOn(id, next))
        : notNow(id, "the log could not be searched", next);
  }

  Response notNow(String why) {
    return retry(TraceProblem.of(HttpResponseStatus.SERVICE_UNAVAILABLE, why));
  }

  /** Nothing final yet about a page; the next one can be asked for all the same. */
  Response notNow(NotificationId id, String why, @Nullable String next) {
    return retry(TraceProblem.of(HttpResponseStatus.SERVICE_UNAVAILABLE, why).goingOn(id, next));
  }

  Response busy() {
    return problem(TraceProblem.busy()).with(LimitFields.of(TraceProblem.TRACES, SOON_SECONDS));
  }

  Response failed(NotificationId id, RuntimeException failure) {
    failures.error("no trace of " + id, failure);
    return problem(
        TraceProblem.of(
            HttpResponseStatus.INTERNAL_SERVER_ERROR, "unexpected: see this node's log"));
  }

  Response problem(TraceProblem problem) {
    return problem(problem.status(), json.problem(problem));
  }

  private Response retry(TraceProblem problem) {
    return problem(problem).with(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS);
  }

  private static Response problem(HttpResponseStatus status, byte[] body) {
    return Response.of(status, body, HttpHeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE);
  }

  private static Response json(HttpResponseStatus status, byte[] body) {
    return Response.of(
        status, body, HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
  }
}
