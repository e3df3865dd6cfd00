package dev.tidings.ingest.request;

import dev.tidings.schemas.token.TokenCheck;
import dev.tidings.schemas.token.TokenCheck.Verdict;
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
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Checks everything about a request but its body. Where several things are wrong the first counts;
 * the order is that of Pushy's mock server, the nearest there is to a public statement of it.
 * Thread-safe.
 */
public final class RequestCheck {
  private final TokenCheck tokens;
  private final RevocationLookup revocations;
  private final InstantSource clock;

  /**
   * A check.
   *
   * @param clock what ids are minted by, for those that come without one
   */
  public RequestCheck(TokenCheck tokens, RevocationLookup revocations, InstantSource clock) {
    this.tokens = tokens;
    this.revocations = revocations;
    this.clock = clock;
  }

  /**
   * Checks a request.
   *
   * @param headers their names in any case; values are kept as they are
   */
  public Checked check(
      String method,
      String path,
      Iterable<? extends Map.Entry<? extends CharSequence, ? extends CharSequence>> headers) {
    ApnsHeaders found = ApnsHeaders.of(headers);
    @Nullable NotificationId given = id(found.id());
    NotificationId id = given == null ? NotificationId.at(clock.millis()) : given;
    try {
      if (found.repeated()) {
        throw new Refusal(RejectionReason.DUPLICATE_HEADERS);
      }
      if (given == null && found.id() != null) {
        throw new Refusal(RejectionReason.BAD_MESSAGE_ID);
      }
      return push(id, method, path, found);
    } catch (Refusal refusal) {
      return new Outcome.Rejected(id, refusal.reason(), refusal.since());
    }
  }

  private PushRequest push(NotificationId id, String method, String path, ApnsHeaders headers)
      throws Refusal {
    if (!TokenPath.leadsToDevices(path)) {
      throw new Refusal(RejectionReason.BAD_PATH);
    }
    if (!method.equals("POST")) {
      throw new Refusal(RejectionReason.METHOD_NOT_ALLOWED);
    }
    AppId topic = Topics.app(headers.topic());
    @Nullable CollapseId collapseId = HeaderValues.collapseId(headers.collapseId());
    PushType type = HeaderValues.pushType(headers.pushType());
    Priority priority = HeaderValues.priority(headers.priority(), type);
    Expiration expiration = HeaderValues.expiration(headers.expiration());
    Token token = TokenPath.token(path);
    AppId app = app(token, topic, type);
    return new PushRequest(id, token, app, expiration, priority, collapseId, type);
  }

  private AppId app(Token token, AppId topic, PushType type) throws Refusal {
    Verdict verdict = tokens.check(token, topic);
    if (verdict == Verdict.FORGED) {
      throw new Refusal(RejectionReason.BAD_DEVICE_TOKEN);
    }
    OptionalLong since = revocations.revokedSince(token);
    if (since.isPresent()) {
      throw new Refusal(RejectionReason.UNREGISTERED, since);
    }
    if (verdict == Verdict.GENUINE) {
      return topic;
    }
    Optional<AppId> bundle = Topics.withoutSuffix(topic, type);
    if (bundle.isPresent() && tokens.check(token, bundle.get()) == Verdict.GENUINE) {
      return bundle.get();
    }
    throw new Refusal(RejectionReason.DEVICE_TOKEN_NOT_FOR_TOPIC);
  }

  private static @Nullable NotificationId id(@Nullable String text) {
    try {
      return text == null ? null : NotificationId.parse(text);
    } catch (InvalidValueException e) {
      return null;
    }
  }
}
