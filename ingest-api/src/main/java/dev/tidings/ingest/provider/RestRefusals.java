package dev.tidings.ingest.provider;

import dev.tidings.auth.provider.ProviderDecision.Reason;
import dev.tidings.auth.provider.ProviderDecision.Refused;
import dev.tidings.http.Problem;
import dev.tidings.http.Response;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;

/** Creates the responses of the REST interface to requests whose credentials are refused. */
public final class RestRefusals {
  private static final AsciiString BEARER = AsciiString.cached("Bearer");
  private static final AsciiString SOON = AsciiString.cached("1");

  private RestRefusals() {}

  /** Returns the status of the response. */
  public static HttpResponseStatus status(Refused refused) {
    return refused.reason() == Reason.UNAVAILABLE
        ? HttpResponseStatus.SERVICE_UNAVAILABLE
        : HttpResponseStatus.UNAUTHORIZED;
  }

  /** Returns the response: 401, or 503 as long as nobody's credential can be checked. */
  public static Response of(Refused refused) {
    return refused.reason() == Reason.UNAVAILABLE
        ? Problem.of(HttpResponseStatus.SERVICE_UNAVAILABLE, refused.detail())
            .response(HttpHeaderNames.RETRY_AFTER, SOON)
        : Problem.of(HttpResponseStatus.UNAUTHORIZED, refused.detail())
            .response(HttpHeaderNames.WWW_AUTHENTICATE, BEARER);
  }
}
