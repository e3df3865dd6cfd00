package dev.tidings.ingest.apns.push;

import dev.tidings.auth.provider.ProviderDecision;
import dev.tidings.http.Response;
import dev.tidings.ingest.apns.request.Outcome;
import dev.tidings.ingest.apns.request.RejectionReason;
import dev.tidings.schemas.topic.UniqueId;
import dev.tidings.schemas.value.NotificationId;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Converts an outcome to a response of Apple's protocol: {@code apns-id} and {@code apns-unique-id}
 * always, an empty body with 200, otherwise {@code {"reason":…}}.
 */
public final class PushResponses {
  static final AsciiString APNS_ID = AsciiString.cached("apns-id");
  private static final AsciiString APNS_UNIQUE_ID = AsciiString.cached("apns-unique-id");

  /** The one method of a device's path (RFC 9110, section 15.5.6). */
  private static final AsciiString POST = AsciiString.cached("POST");

  private static final AsciiString[] SOON = {HttpHeaderNames.RETRY_AFTER, AsciiString.cached("1")};

  private PushResponses() {}

  static Response of(Outcome outcome) {
    return of(outcome, null);
  }

  /**
   * Returns the response to a request.
   *
   * @param sent the id as the provider wrote it, perhaps in upper case: it is returned unchanged
   */
  static Response of(Outcome outcome, @Nullable String sent) {
    return switch (outcome) {
      case Outcome.Accepted(NotificationId id, UniqueId unique) ->
          Response.of(HttpResponseStatus.OK, APNS_ID, text(id, sent), APNS_UNIQUE_ID, text(unique));
      case Outcome.Rejected(NotificationId id, RejectionReason reason, OptionalLong since)
          when reason == RejectionReason.SERVICE_UNAVAILABLE ->
          of(new Outcome.Overloaded(id, UniqueId.of(id, null), reason), sent);
      case Outcome.Rejected(NotificationId id, RejectionReason reason, OptionalLong since)
          when reason == RejectionReason.METHOD_NOT_ALLOWED ->
          rejected(id, reason, since, sent).with(HttpHeaderNames.ALLOW, POST);
      case Outcome.Rejected(NotificationId id, RejectionReason reason, OptionalLong since) ->
          rejected(id, reason, since, sent);
      case Outcome.Overloaded overloaded -> of(overloaded, sent, SOON);
    };
  }

  /**
   * Returns the response to a request that may be repeated later.
   *
   * @param sent the id as the provider wrote it
   * @param when the fields that say when: each name, followed by its value
   */
  static Response of(Outcome.Overloaded outcome, @Nullable String sent, AsciiString[] when) {
    AsciiString[] fields = {
      HttpHeaderNames.CONTENT_TYPE,
      HttpHeaderValues.APPLICATION_JSON,
      APNS_ID,
      text(outcome.id(), sent),
      APNS_UNIQUE_ID,
      text(outcome.unique())
    };
    AsciiString[] all = Arrays.copyOf(fields, fields.length + when.length);
    System.arraycopy(when, 0, all, fields.length, when.length);
    return Response.of(
        HttpResponseStatus.valueOf(outcome.reason().status()),
        body(outcome.reason(), OptionalLong.empty()),
        all);
  }

  /** Returns why a provider is refused, in Apple's words. */
  public static RejectionReason reason(ProviderDecision.Reason reason) {
    return switch (reason) {
      case MISSING -> RejectionReason.MISSING_PROVIDER_TOKEN;
      case INVALID -> RejectionReason.INVALID_PROVIDER_TOKEN;
      case EXPIRED -> RejectionReason.EXPIRED_PROVIDER_TOKEN;
      case UNRELATED_KEY -> RejectionReason.UNRELATED_KEY_ID_IN_TOKEN;
      case TOO_MANY_UPDATES -> RejectionReason.TOO_MANY_PROVIDER_TOKEN_UPDATES;
      case BAD_CERTIFICATE -> RejectionReason.BAD_CERTIFICATE;
      case CERTIFICATE_ENVIRONMENT -> RejectionReason.BAD_CERTIFICATE_ENVIRONMENT;
      case UNAVAILABLE -> RejectionReason.SERVICE_UNAVAILABLE;
    };
  }

  private static Response rejected(
      NotificationId id, RejectionReason reason, OptionalLong since, @Nullable String sent) {
    return Response.of(
        HttpResponseStatus.valueOf(reason.status()),
        body(reason, since),
        HttpHeaderNames.CONTENT_TYPE,
        HttpHeaderValues.APPLICATION_JSON,
        APNS_ID,
        text(id, sent),
        APNS_UNIQUE_ID,
        text(UniqueId.of(id, null)));
  }

  private static AsciiString text(NotificationId id, @Nullable String sent) {
    return new AsciiString(id.value().equalsIgnoreCase(sent) ? sent : id.value());
  }

  private static AsciiString text(UniqueId unique) {
    return new AsciiString(unique.toString());
  }

  /** Returns the body of a refusal. */
  public static byte[] body(RejectionReason reason) {
    return body(reason, OptionalLong.empty());
  }

  private static byte[] body(RejectionReason reason, OptionalLong since) {
    String timestamp = since.isPresent() ? ",\"timestamp\":" + since.getAsLong() : "";
    String message = reason.message() == null ? "" : ",\"message\":\"" + reason.message() + '"';
    return ("{\"reason\":\"" + reason.text() + "\"" + timestamp + message + "}")
        .getBytes(StandardCharsets.US_ASCII);
  }
}
