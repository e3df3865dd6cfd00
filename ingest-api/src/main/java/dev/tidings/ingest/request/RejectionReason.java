package dev.tidings.ingest.request;

/**
 * Why a request is not accepted, with the status it is answered with. Names and statuses are
 * Apple's ("Handling notification responses from APNs"), but for {@link #BAD_PAYLOAD}: APNs says
 * nothing of a payload that is no JSON object, it drops it in silence.
 */
public enum RejectionReason {
  BAD_COLLAPSE_ID(400, "BadCollapseId"),
  BAD_DEVICE_TOKEN(400, "BadDeviceToken"),
  BAD_EXPIRATION_DATE(400, "BadExpirationDate"),
  BAD_MESSAGE_ID(400, "BadMessageId"),
  BAD_PAYLOAD(400, "BadPayload"),
  BAD_PRIORITY(400, "BadPriority"),
  BAD_TOPIC(400, "BadTopic"),
  DEVICE_TOKEN_NOT_FOR_TOPIC(400, "DeviceTokenNotForTopic"),
  DUPLICATE_HEADERS(400, "DuplicateHeaders"),
  IDLE_TIMEOUT(400, "IdleTimeout"),
  INVALID_PUSH_TYPE(400, "InvalidPushType"),
  MISSING_DEVICE_TOKEN(400, "MissingDeviceToken"),
  MISSING_TOPIC(400, "MissingTopic"),
  PAYLOAD_EMPTY(400, "PayloadEmpty"),
  TOPIC_DISALLOWED(400, "TopicDisallowed"),
  BAD_CERTIFICATE(403, "BadCertificate"),
  EXPIRED_PROVIDER_TOKEN(403, "ExpiredProviderToken"),
  FORBIDDEN(403, "Forbidden"),
  INVALID_PROVIDER_TOKEN(403, "InvalidProviderToken"),
  MISSING_PROVIDER_TOKEN(403, "MissingProviderToken"),
  BAD_PATH(404, "BadPath"),
  METHOD_NOT_ALLOWED(405, "MethodNotAllowed"),
  UNREGISTERED(410, "Unregistered"),
  PAYLOAD_TOO_LARGE(413, "PayloadTooLarge"),
  TOO_MANY_REQUESTS(429, "TooManyRequests"),
  INTERNAL_SERVER_ERROR(500, "InternalServerError"),
  SERVICE_UNAVAILABLE(503, "ServiceUnavailable"),
  SHUTDOWN(503, "Shutdown");

  private final int status;
  private final String text;

  RejectionReason(int status, String text) {
    this.status = status;
    this.text = text;
  }

  public int status() {
    return status;
  }

  /** As it is written in the answer. */
  public String text() {
    return text;
  }
}
