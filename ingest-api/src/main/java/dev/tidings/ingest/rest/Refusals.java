package dev.tidings.ingest.rest;

import dev.tidings.auth.provider.ProviderDecision.Reason;
import dev.tidings.auth.provider.ProviderDecision.Refused;
import dev.tidings.http.Problem;
import dev.tidings.http.Response;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;

/** Creates the responses to requests whose credentials are refused, or are not enough. */
final class Refusals {
  private static final AsciiString BEARER = AsciiString.cached("Bearer");
  private static final AsciiString SOON = AsciiString.cached("1");
  private static final Response FORBIDDEN =
      Problem.of(
              HttpResponseStatus.FORBIDDEN,
              "the notification is not of an app of this credential (expected: one that is)")
          .response();

  static Response of(Refused refused) {
    return refused.reason() == Reason.UNAVAILABLE
        ? Problem.of(HttpResponseStatus.SERVICE_UNAVAILABLE, refused.detail())
            .response(HttpHeaderNames.RETRY_AFTER, SOON)
        : Problem.of(HttpResponseStatus.UNAUTHORIZED, refused.detail())
            .response(HttpHeaderNames.WWW_AUTHENTICATE, BEARER);
  }

  /** To a request for something of another app. */
  static Response otherApp() {
    return FORBIDDEN;
  }

  private Refusals() {}
}
