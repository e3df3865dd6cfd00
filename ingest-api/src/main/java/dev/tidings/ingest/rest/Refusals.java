package dev.tidings.ingest.rest;

import dev.tidings.auth.provider.ProviderDecision.Reason;
import dev.tidings.auth.provider.ProviderDecision.Refused;
import dev.tidings.http.Problem;
import dev.tidings.http.Response;
import dev.tidings.ingest.limit.Exceeded;
import dev.tidings.schemas.value.NotificationId;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Creates the responses to requests whose credentials are refused or not enough, or too many. */
final class Refusals {
  private static final AsciiString BEARER = AsciiString.cached("Bearer");
  private static final AsciiString SOON = AsciiString.cached("1");
  private static final HttpResponseStatus FORBIDDEN = HttpResponseStatus.FORBIDDEN;

  static Response of(Refused refused) {
    return refused.reason() == Reason.UNAVAILABLE
        ? Problem.of(HttpResponseStatus.SERVICE_UNAVAILABLE, refused.detail())
            .response(HttpHeaderNames.RETRY_AFTER, SOON)
        : Problem.of(HttpResponseStatus.UNAUTHORIZED, refused.detail())
            .response(HttpHeaderNames.WWW_AUTHENTICATE, BEARER);
  }

  /** To one request too many: {@code limit} names which limit it exceeds. */
  static Response of(Exceeded exceeded) {
    HttpResponseStatus status = HttpResponseStatus.TOO_MANY_REQUESTS;
    return new Problem(
            status,
            null,
            status.reasonPhrase(),
            exceeded.detail(),
            Map.of("limit", exceeded.kind().text()))
        .response(exceeded.fields());
  }

  /**
   * To a request for something of other apps.
   *
   * @param next the mark at which there is more that may be of this one; null if there is not
   */
  static Response otherApp(NotificationId id, @Nullable String next) {
    return next == null
        ? Problem.of(
                FORBIDDEN,
                "the notification is not of an app of this credential (expected: one that is)")
            .response()
        : new Problem(
                FORBIDDEN,
                null,
                FORBIDDEN.reasonPhrase(),
                "none of those looked at is of an app of this credential (expected: one that is)",
                Map.of("next", GetTrace.pathOf(id, next)))
            .response();
  }

  private Refusals() {}
}
