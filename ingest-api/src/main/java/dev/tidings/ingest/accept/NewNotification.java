package dev.tidings.ingest.accept;

import dev.tidings.schemas.topic.UniqueId;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.CollapseId;
import dev.tidings.schemas.value.DeliveryTime;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.Expiration;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Priority;
import dev.tidings.schemas.value.PushType;
import dev.tidings.schemas.value.Token;
import org.jspecify.annotations.Nullable;

/**
 * A notification that is to be accepted, without its payload. Every value is valid, whichever
 * protocol it came in.
 *
 * @param token of the device; its address for the app, where it is sent to that
 * @param device that it is sent to by its address; null where it is sent to a token
 * @param app the app the token belongs to
 * @param localTimes those on its device's clock
 * @param fingerprint of the request, by which the same one is recognised when it comes again; null
 *     where nobody compares it
 */
public record NewNotification(
    NotificationId id,
    Token token,
    @Nullable DeviceId device,
    AppId app,
    Expiration expiration,
    Priority priority,
    @Nullable CollapseId collapseId,
    PushType pushType,
    DeliveryTime deliverAt,
    LocalTimes localTimes,
    @Nullable String fingerprint) {

  /** One that is to be delivered at once. */
  public NewNotification(
      NotificationId id,
      Token token,
      AppId app,
      Expiration expiration,
      Priority priority,
      @Nullable CollapseId collapseId,
      PushType pushType) {
    this(
        id,
        token,
        null,
        app,
        expiration,
        priority,
        collapseId,
        pushType,
        DeliveryTime.NOW,
        LocalTimes.NONE,
        null);
  }

  /** Returns the id that distinguishes it from others of the same notification id. */
  public UniqueId unique() {
    return UniqueId.of(id, token.hex());
  }
}
