package dev.tidings.ingest.request;

import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.CollapseId;
import dev.tidings.schemas.value.Expiration;
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

  private static final int MAX_PAYLOAD_BYTES = 4096;
  private static final int MAX_VOIP_PAYLOAD_BYTES = 5120;

  /** How long a payload may be, for its push type. */
  public int maxPayloadBytes() {
    return pushType == PushType.VOIP ? MAX_VOIP_PAYLOAD_BYTES : MAX_PAYLOAD_BYTES;
  }
}
