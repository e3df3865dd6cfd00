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
 * Everything a provider says about a notification but its payload, found valid.
 *
 * @param app the app the token belongs to, which may be the topic without the suffix of a push type
 */
public record PushRequest(
    NotificationId id,
    Token token,
    AppId app,
    Expiration expiration,
    Priority priority,
    @Nullable CollapseId collapseId,
    PushType pushType)
    implements Checked {

  /** What names it among those of the same id. */
  public UniqueId unique() {
    return UniqueId.of(id, token.hex());
  }

  /** How long a payload may be, for its push type. */
  public int maxPayloadBytes() {
    return JsonPayload.maxBytes(pushType);
  }
}
