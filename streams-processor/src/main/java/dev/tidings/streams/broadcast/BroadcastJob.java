package dev.tidings.streams.broadcast;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.topic.ChannelKey;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.Expiration;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.TopicCondition;
import dev.tidings.streams.cap.CapRules;
import dev.tidings.streams.write.ResolveOutputs;
import org.jspecify.annotations.Nullable;

/**
 * A broadcast to be sent: the notification, and the topics whose subscribers get it. Every value is
 * valid.
 *
 * @param notBefore in ms since the epoch
 * @param spreadMillis over how long it is spread; 0: as fast as broadcasts may be
 */
record BroadcastJob(
    NotificationId id,
    AppId app,
    TopicCondition condition,
    Notification notification,
    Expiration expiration,
    long notBefore,
    long spreadMillis) {
  /**
   * Returns the channel that it is for; null if it is for others, or is not to be sent at once as
   * those are, so that it would hold them up.
   */
  @Nullable ChannelKey channel() {
    BroadcastTopic topic = condition.sources().getFirst();
    return notBefore == 0 && spreadMillis == 0 && condition.equals(TopicCondition.of(topic))
        ? topic.channelId().map(channel -> new ChannelKey(app, channel)).orElse(null)
        : null;
  }

  /**
   * Returns who takes its deliveries. What a daily cap is for goes to the token, where all that is
   * for it is counted, and everything else to the device at once. Channels have no categories, and
   * their messages may be larger.
   */
  FanOut.Recipients recipients(ResolveOutputs outputs, CapRules caps) {
    boolean toChannels = condition.sources().stream().allMatch(BroadcastTopic::isChannel);
    return (device, token) -> {
      if (toChannels || caps.of(app, notification.getCategory()) == null) {
        outputs.deliver(notification, token, device);
      } else {
        outputs.toSubscriber(notification, token);
      }
    };
  }

  /**
   * Returns whether nothing is to be sent, and what is kept of its channel to be forgotten, because
   * that was deleted.
   */
  boolean forgets() {
    return channel() != null && !notification.getPayload().hasRemaining() && expiration.isOnce();
  }
}
