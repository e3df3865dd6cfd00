package dev.tidings.ingest.accept;

import dev.tidings.schemas.topic.UniqueId;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.Category;
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
 * @param category the provider's word for what kind of notification it is; null for none
 * @param fingerprint of the request, by which the same one is recognised when it comes again; null
 *     where nobody compares it
 * @param change what the device is to join or leave; then it is none that is delivered; null in one
 *     that is
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
    @Nullable Category category,
    @Nullable String fingerprint,
    @Nullable TopicChange change) {

  /**
   * What the device of a token is to join or leave.
   *
   * @param joins whether it is to join the topic; if not, to leave it
   */
  public record TopicChange(BroadcastTopic topic, boolean joins) {}

  /** One that may be recognised when it comes again. */
  public NewNotification(
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
      @Nullable Category category,
      @Nullable String fingerprint) {
    this(
        id,
        token,
        device,
        app,
        expiration,
        priority,
        collapseId,
        pushType,
        deliverAt,
        localTimes,
        category,
        fingerprint,
        null);
  }

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
        null,
        null);
  }

  /** One that is none: it has the device of the token join or leave a topic. */
  public static NewNotification of(NotificationId id, Token token, AppId app, TopicChange change) {
    return new NewNotification(
        id,
        token,
        null,
        app,
        Expiration.NEVER,
        Priority.IMMEDIATE,
        null,
        PushType.ALERT,
        DeliveryTime.NOW,
        LocalTimes.NONE,
        null,
        null,
        change);
  }

  /** Returns the id that distinguishes it from others of the same notification id. */
  public UniqueId unique() {
    return UniqueId.of(id, token.hex());
  }
}
