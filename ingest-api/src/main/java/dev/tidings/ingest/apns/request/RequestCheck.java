package dev.tidings.ingest.apns.request;

import dev.tidings.auth.Apps;
import dev.tidings.ingest.accept.NewNotification;
import dev.tidings.ingest.accept.RevocationLookup;
import dev.tidings.schemas.token.TokenCheck;
import dev.tidings.schemas.token.TokenCheck.Result;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.CollapseId;
import dev.tidings.schemas.value.Expiration;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Priority;
import dev.tidings.schemas.value.PushType;
import dev.tidings.schemas.value.Token;
import java.time.InstantSource;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Checks everything of a request except its body. If several things are invalid, the first counts:
 * path, duplicate headers, id, method, topic, collapse id, priority, push type, expiration, token.
 * (Apple does not document its order; Pushy's mock server has nearly this one.) Thread-safe.
 */
public final class RequestCheck {
  private final TokenCheck tokens;
  private final RevocationLookup revocations;
  private final InstantSource clock;

  /**
   * Creates a check.
   *
   * @param clock the time in ids that are created for requests without one
   */
  public RequestCheck(TokenCheck tokens, RevocationLookup revocations, InstantSource clock) {
    this.tokens = tokens;
    this.revocations = revocations;
    this.clock = clock;
  }

  /**
   * Checks a request.
   *
   * @param headers names in any case; values are kept unchanged
   */
  public CheckResult check(
      String method,
      String path,
      Iterable<? extends Map.Entry<? extends CharSequence, ? extends CharSequence>> headers) {
    return check(method, path, headers, SenderPermissions.ANYBODY);
  }

  /**
   * Checks a request of a provider that may not send everything.
   *
   * @param headers names in any case; values are kept unchanged
   */
  public CheckResult check(
      String method,
      String path,
      Iterable<? extends Map.Entry<? extends CharSequence, ? extends CharSequence>> headers,
      SenderPermissions sender) {
    ApnsHeaders found = ApnsHeaders.of(headers);
    @Nullable NotificationId given = id(found.id());
    NotificationId id = id(given);
    try {
      if (!TokenPath.leadsToDevices(path)) {
        throw new RejectedException(RejectionReason.BAD_PATH);
      }
      if (found.repeated()) {
        throw new RejectedException(RejectionReason.DUPLICATE_HEADERS);
      }
      if (given == null && found.id() != null) {
        throw new RejectedException(RejectionReason.BAD_MESSAGE_ID);
      }
      if (!method.equals("POST")) {
        throw new RejectedException(RejectionReason.METHOD_NOT_ALLOWED);
      }
      return push(id, path, found, sender);
    } catch (RejectedException rejectedException) {
      return new Outcome.Rejected(id, rejectedException.reason(), rejectedException.since());
    }
  }

  /** Returns the rejection of a request of which nothing but its id is looked at. */
  public Outcome.Rejected rejected(
      Iterable<? extends Map.Entry<? extends CharSequence, ? extends CharSequence>> headers,
      RejectionReason reason) {
    return new Outcome.Rejected(id(id(ApnsHeaders.of(headers).id())), reason);
  }

  private NotificationId id(@Nullable NotificationId given) {
    return given == null ? NotificationId.at(clock.millis()) : given;
  }

  private CheckResult.Valid push(
      NotificationId id, String path, ApnsHeaders headers, SenderPermissions sender)
      throws RejectedException {
    AppId topic = ApnsTopics.app(sender.topic(headers.topic()));
    if (!sender.isAllowed(topic.value()) || !ApnsTopics.isAllowed(topic, sender.apps())) {
      throw new RejectedException(RejectionReason.TOPIC_DISALLOWED);
    }
    @Nullable CollapseId collapseId = HeaderValues.collapseId(headers.collapseId());
    @Nullable Priority said = HeaderValues.priority(headers.priority());
    @Nullable PushType named = HeaderValues.pushType(headers.pushType());
    Priority priority = HeaderValues.priority(said, named);
    PushType type = type(topic, named, path, sender);
    Expiration expiration = HeaderValues.expiration(headers.expiration(), clock.millis());
    Token token = TokenPath.token(path);
    AppId app = app(token, topic, type, sender.apps());
    return new CheckResult.Valid(
        new NewNotification(id, token, app, expiration, priority, collapseId, type));
  }

  /**
   * Returns the push type, which by default follows from the topic's suffix. An app whose own id
   * ends like a suffix is recognised by its token.
   */
  private PushType type(
      AppId topic, @Nullable PushType named, String path, SenderPermissions sender)
      throws RejectedException {
    PushType type = type(topic, named, path);
    // One of these goes with a certificate alone, whose topic it has, and the other with a token.
    if ((type == PushType.MDM && !sender.isCertifiedFor(topic.value()))
        || (type == PushType.LOCATION && sender.hasCertificate())) {
      throw new RejectedException(RejectionReason.TOPIC_DISALLOWED);
    }
    return type;
  }

  private PushType type(AppId topic, @Nullable PushType named, String path)
      throws RejectedException {
    if (named == PushType.MDM) {
      return named;
    }
    if (named != null && !named.topicSuffix().isEmpty()) {
      if (!named.isSuffixOf(topic)) {
        throw new RejectedException(RejectionReason.BAD_TOPIC);
      }
      return named;
    }
    @Nullable PushType bySuffix = PushType.bySuffixOf(topic);
    if (bySuffix == null || isOf(topic, path)) {
      return named == null ? PushType.ALERT : named;
    }
    if (named != null) {
      throw new RejectedException(RejectionReason.BAD_TOPIC);
    }
    return bySuffix;
  }

  /** Returns whether the path's token belongs to exactly this app, or may do so. */
  private boolean isOf(AppId app, String path) {
    try {
      Result result = tokens.check(TokenPath.token(path), app);
      return result == Result.GENUINE || result == Result.UNDECIDED;
    } catch (RejectedException e) {
      // An invalid token is reported later, in the order of the checks.
      return false;
    }
  }

  private AppId app(Token token, AppId topic, PushType type, Apps allowed)
      throws RejectedException {
    AppId app = topic;
    Result result = tokens.check(token, app);
    if (result == Result.FORGED) {
      throw new RejectedException(RejectionReason.BAD_DEVICE_TOKEN);
    }
    if (result == Result.UNDECIDED) {
      // An undecided token gets no BadDeviceToken: the provider would delete it, although a process
      // with the right keys may accept it.
      throw new RejectedException(RejectionReason.SERVICE_UNAVAILABLE);
    }
    if (result != Result.GENUINE && type.isSuffixOf(topic)) {
      app = type.withoutSuffix(topic);
      result = tokens.check(token, app);
    }
    if (result != Result.GENUINE) {
      throw new RejectedException(RejectionReason.DEVICE_TOKEN_NOT_FOR_TOPIC);
    }
    // A topic may be read in two ways: it counts which of the two apps it is.
    if (!allowed.contains(app.value())) {
      throw new RejectedException(RejectionReason.TOPIC_DISALLOWED);
    }
    // Only a request with the token's own app, from a provider that may send to it, learns that the
    // token was revoked.
    OptionalLong since = since(token);
    if (since.isPresent()) {
      throw new RejectedException(RejectionReason.UNREGISTERED, since);
    }
    return app;
  }

  private OptionalLong since(Token token) throws RejectedException {
    try {
      return revocations.revokedSince(token);
    } catch (RevocationLookup.UnknownException e) {
      throw new RejectedException(RejectionReason.SERVICE_UNAVAILABLE);
    }
  }

  private static @Nullable NotificationId id(@Nullable String text) {
    try {
      return text == null ? null : NotificationId.parse(text);
    } catch (InvalidValueException e) {
      return null;
    }
  }
}
