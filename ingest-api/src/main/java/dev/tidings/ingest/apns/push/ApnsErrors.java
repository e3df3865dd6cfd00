package dev.tidings.ingest.apns.push;

import dev.tidings.auth.provider.ProviderDecision;
import dev.tidings.http.ErrorResponses;
import dev.tidings.http.Response;
import dev.tidings.ingest.apns.request.Outcome;
import dev.tidings.ingest.apns.request.RejectionReason;
import dev.tidings.schemas.value.NotificationId;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Creates the responses to requests that reach no service or fail unexpectedly, in the same format.
 */
public final class ApnsErrors implements ErrorResponses {
  private static final Pattern NO_LETTER = Pattern.compile("[^A-Za-z]");

  /**
   * Uses the name of the status as the reason: none of Apple's reasons means an invalid request,
   * and some of them make providers delete tokens.
   */
  @Override
  public Response malformed(HttpResponseStatus status) {
    return Response.of(
        status,
        ("{\"reason\":\"" + reason(status) + "\"}").getBytes(StandardCharsets.US_ASCII),
        HttpHeaderNames.CONTENT_TYPE,
        HttpHeaderValues.APPLICATION_JSON);
  }

  /** Returns the name of a status, as a reason. */
  public static String reason(HttpResponseStatus status) {
    return NO_LETTER.matcher(status.reasonPhrase()).replaceAll("");
  }

  @Override
  public Response methodNotAllowed(List<String> methods) {
    String reason = RejectionReason.METHOD_NOT_ALLOWED.text();
    String expected = "expected: " + String.join(", ", methods);
    return Response.of(
        HttpResponseStatus.METHOD_NOT_ALLOWED,
        ("{\"reason\":\"" + reason + "\",\"message\":\"" + expected + "\"}")
            .getBytes(StandardCharsets.US_ASCII),
        HttpHeaderNames.CONTENT_TYPE,
        HttpHeaderValues.APPLICATION_JSON);
  }

  @Override
  public Response failed() {
    return because(RejectionReason.INTERNAL_SERVER_ERROR);
  }

  /** To a request whose credentials are refused. */
  public static Response refused(ProviderDecision.Reason reason) {
    return because(PushResponses.reason(reason));
  }

  private static Response because(RejectionReason reason) {
    return PushResponses.of(new Outcome.Rejected(NotificationId.random(), reason));
  }
}
