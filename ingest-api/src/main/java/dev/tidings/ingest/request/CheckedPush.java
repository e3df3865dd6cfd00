package dev.tidings.ingest.request;

import dev.tidings.schemas.topic.UniqueId;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.CollapseId;
import dev.tidings.schemas.value.Expiration;
import dev.tidings.schemas.value.JsonPayload;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Priority;
import dev.tidings.schemas.value.PushType;
import dev.tidings.schemas.value.Token;
import org.jspecify.annotations.Nullable;

/**
 * A valid push request, without its payload.
 *
 * @param app the app the token belongs to, which may be the topic without the suffix of a push type
 */
public record CheckedPush(
    NotificationId id,
    Token token,
    AppId app,
    Expiration expiration,
    Priority priority,
    @Nullable CollapseId collapseId,
    PushType pushType)
    implements CheckResult {

  /** Returns the id that distinguishes it from others of the same notification id. */
  public UniqueId unique() {
    return UniqueId.of(id, token.hex());
  }

  /** Returns the maximum length of the payload, in bytes, for its push type. */
  public int maxPayloadBytes() {
    return JsonPayload.maxBytes(pushType);
  }
}
