package dev.tidings.ingest.apns.request;

import dev.tidings.schemas.value.JsonPayload;
import org.jspecify.annotations.Nullable;

/**
 * The reason why a request is not accepted, with the status of the response. Names and statuses are
 * Apple's ("Handling notification responses from APNs"); Apple's documents do not mention a payload
 * that is not a JSON object: it is reported as an empty one, with an explaining message.
 */
public enum RejectionReason {
  BAD_CHANNEL_ID(400, "BadChannelId"),
  BAD_COLLAPSE_ID(400, "BadCollapseId"),
  BAD_DEVICE_TOKEN(400, "BadDeviceToken"),
  BAD_EXPIRATION_DATE(400, "BadExpirationDate"),
  BAD_MESSAGE_ID(400, "BadMessageId"),
  BAD_PAYLOAD(
      400,
      "PayloadEmpty",
      "payload: not what it has to be (expected: a JSON object in UTF-8, nested at most "
          + JsonPayload.MAX_NESTING
          + " deep)"),
  BAD_PRIORITY(400, "BadPriority"),
  BAD_REQUEST_PARAMS(
      400,
      "BadRequestParams",
      "expected: message-storage-policy 0 or 1, and push-type LiveActivity"),
  BAD_REQUEST_PAYLOAD(
      400,
      "BadRequestPayload",
      "payload: not what it has to be (expected: a JSON object in UTF-8, nested at most "
          + JsonPayload.MAX_NESTING
          + " deep)"),
  BAD_TOPIC(400, "BadTopic"),
  CANNOT_CREATE_CHANNEL_CONFIG(400, "CannotCreateChannelConfig"),
  CHANNEL_NOT_REGISTERED(400, "ChannelNotRegistered"),
  DEVICE_TOKEN_NOT_FOR_TOPIC(400, "DeviceTokenNotForTopic"),
  DUPLICATE_HEADERS(400, "DuplicateHeaders"),
  IDLE_TIMEOUT(400, "IdleTimeout"),
  INVALID_PUSH_TYPE(400, "InvalidPushType"),
  MISSING_CHANNEL_ID(400, "MissingChannelId"),
  MISSING_DEVICE_TOKEN(400, "MissingDeviceToken"),
  MISSING_PUSH_TYPE(400, "MissingPushType"),
  MISSING_TOPIC(400, "MissingTopic"),
  PAYLOAD_EMPTY(400, "PayloadEmpty"),
  TOPIC_DISALLOWED(400, "TopicDisallowed"),
  BAD_CERTIFICATE(403, "BadCertificate"),
  BAD_CERTIFICATE_ENVIRONMENT(403, "BadCertificateEnvironment"),
  EXPIRED_PROVIDER_TOKEN(403, "ExpiredProviderToken"),
  FORBIDDEN(403, "Forbidden"),
  INVALID_PROVIDER_TOKEN(403, "InvalidProviderToken"),
  MISSING_PROVIDER_TOKEN(403, "MissingProviderToken"),
  UNRELATED_KEY_ID_IN_TOKEN(403, "UnrelatedKeyIdInToken"),
  BAD_PATH(404, "BadPath"),
  METHOD_NOT_ALLOWED(405, "MethodNotAllowed"),
  UNREGISTERED(410, "Unregistered"),
  PAYLOAD_TOO_LARGE(413, "PayloadTooLarge"),
  TOO_MANY_PROVIDER_TOKEN_UPDATES(429, "TooManyProviderTokenUpdates"),
  TOO_MANY_REQUESTS(429, "TooManyRequests"),
  INTERNAL_SERVER_ERROR(500, "InternalServerError"),
  SERVICE_UNAVAILABLE(503, "ServiceUnavailable"),
  SHUTDOWN(503, "Shutdown");

  private final int status;
  private final String text;
  private final @Nullable String message;

  RejectionReason(int status, String text) {
    this(status, text, null);
  }

  RejectionReason(int status, String text, @Nullable String message) {
    this.status = status;
    this.text = text;
    this.message = message;
  }

  public int status() {
    return status;
  }

  /** Returns the reason as written in the response. */
  public String text() {
    return text;
  }

  /** Returns an additional message where Apple's reason alone would mislead; otherwise null. */
  public @Nullable String message() {
    return message;
  }
}
