package dev.tidings.ingest.broadcast;

import dev.tidings.schemas.avro.Broadcast;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.topic.ChannelKey;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.Category;
import dev.tidings.schemas.value.CollapseId;
import dev.tidings.schemas.value.DeliveryTime;
import dev.tidings.schemas.value.Expiration;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Priority;
import dev.tidings.schemas.value.PushType;
import dev.tidings.schemas.value.TopicCondition;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A broadcast that is to be accepted, without its payload. Every value is valid.
 *
 * @param over how long it is spread; zero: as fast as broadcasts may be
 * @param category the provider's word for what kind of notification it is; null for none
 */
public record NewBroadcast(
    NotificationId id,
    AppId app,
    TopicCondition condition,
    Expiration expiration,
    Priority priority,
    @Nullable CollapseId collapseId,
    PushType pushType,
    DeliveryTime deliverAt,
    Duration over,
    @Nullable Category category) {
  /** Reads the topic that a provider sends to. */
  public static TopicCondition topic(String name) {
    return withoutChannels(TopicCondition.of(new BroadcastTopic(name)));
  }

  /** Reads the condition of who is sent to. */
  public static TopicCondition condition(String text) {
    return withoutChannels(TopicCondition.parse(text));
  }

  /** What is sent to a channel is kept or not as that says, and in Apple's protocol. */
  private static TopicCondition withoutChannels(TopicCondition condition) {
    if (condition.names(BroadcastTopic::isChannel)) {
      throw new InvalidValueException(
          "condition", condition.toString(), "no channel: those by /4/broadcasts/apps/{bundle}");
    }
    return condition;
  }

  /** Returns where it is told how far it has come. */
  public String path() {
    return BroadcastOperations.PATH + id.value();
  }

  /** Returns the record of it, the same for each partition. */
  Broadcast record(byte[] payload, long acceptedAt, String acceptedBy) {
    Notification notification =
        Notification.newBuilder()
            .setId(id.value())
            .setApp(app.value())
            .setPayload(ByteBuffer.wrap(payload))
            .setExpiration(expiration.toField())
            .setPriority(priority.number())
            .setCollapseId(collapseId == null ? null : collapseId.value())
            .setPushType(pushType.header())
            .setAcceptedAt(acceptedAt)
            .setAcceptedBy(acceptedBy)
            .setDeliverAt(deliverAt.toField())
            .setCategory(category == null ? null : category.value())
            .build();
    return Broadcast.newBuilder()
        .setNotification(notification)
        .setApp(app.value())
        .setCondition(condition.toString())
        .setSpreadMillis(over.isZero() ? null : over.toMillis())
        .build();
  }

  /**
   * Returns what is sent to nobody, without a payload: what is kept of a channel is forgotten, once
   * all that was sent to it before has ended.
   */
  static NewBroadcast forgetting(NotificationId id, ChannelKey channel) {
    return new NewBroadcast(
        id,
        channel.app(),
        TopicCondition.of(BroadcastTopic.channel(channel.id())),
        Expiration.ONCE,
        Priority.IMMEDIATE,
        null,
        PushType.BACKGROUND,
        DeliveryTime.NOW,
        Duration.ZERO,
        null);
  }

  /** Returns the record that stops a broadcast. */
  static Broadcast stop(String app) {
    return Broadcast.newBuilder().setApp(app).setCondition("").build();
  }
}
