package dev.tidings.ingest.apns.channel;

import dev.tidings.ingest.apns.request.RejectionReason;
import dev.tidings.ingest.broadcast.BroadcastResult;
import dev.tidings.ingest.broadcast.NewBroadcast;
import dev.tidings.schemas.topic.ChannelKey;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.ChannelExpiration;
import dev.tidings.schemas.value.CollapseId;
import dev.tidings.schemas.value.DeliveryTime;
import dev.tidings.schemas.value.Expiration;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.TopicCondition;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends to a channel: a broadcast to all who have joined its topic. What is kept replaces what was
 * kept before, at every device too: the channel's id is its collapse id.
 */
final class ChannelSending {
  private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();

  /** One that runs may end at any time; most do so within seconds. */
  private static final long ONE_MAY_END_SECONDS = 1;

  private ChannelSending() {}

  /** What becomes of a broadcast that is not refused for what it is. */
  sealed interface Sent {
    /** Every partition of the log has it. */
    record Accepted() implements Sent {}

    /** There are too many; it may come again after so many seconds. */
    record Later(long seconds) implements Sent {}
  }

  /**
   * Sends one.
   *
   * @param stores whether the channel keeps its most recent message
   * @param body null if it was too large
   * @param refused or {@code sent} is told, once
   */
  static void send(
      ChannelService.Parts parts,
      ChannelRequest.Broadcast request,
      boolean stores,
      NotificationId id,
      @Nullable String team,
      byte @Nullable [] body,
      Consumer<RejectionReason> refused,
      Consumer<Sent> sent) {
    @Nullable RejectionReason wrong = wrong(parts, request, stores, body);
    if (wrong != null || body == null) {
      refused.accept(wrong == null ? RejectionReason.PAYLOAD_TOO_LARGE : wrong);
      return;
    }
    Expiration expiration =
        ChannelExpiration.shortened(request.expiration(), parts.clock().millis());
    NewBroadcast broadcast =
        new NewBroadcast(
            id,
            request.app(),
            TopicCondition.of(BroadcastTopic.channel(request.channel().id())),
            expiration,
            request.priority(),
            expiration.isOnce() ? null : new CollapseId(request.channel().id().value()),
            request.pushType(),
            DeliveryTime.NOW,
            Duration.ZERO,
            null);
    parts.broadcasts().send(broadcast, body, team, result -> tell(result, refused, sent));
  }

  /**
   * Has what a channel keeps forgotten.
   *
   * @param refused or {@code forgotten} is told, once
   */
  static void forget(
      ChannelService.Parts parts,
      ChannelKey channel,
      Consumer<RejectionReason> refused,
      Runnable forgotten) {
    NotificationId id = NotificationId.at(parts.clock().millis());
    parts.broadcasts().forget(id, channel, result -> tell(result, refused, _ -> forgotten.run()));
  }

  private static @Nullable RejectionReason wrong(
      ChannelService.Parts parts,
      ChannelRequest.Broadcast request,
      boolean stores,
      byte @Nullable [] body) {
    if (request.mayStore() && !stores) {
      return RejectionReason.BAD_EXPIRATION_DATE;
    }
    if (body == null) {
      return RejectionReason.PAYLOAD_TOO_LARGE;
    }
    if (body.length == 0) {
      return RejectionReason.PAYLOAD_EMPTY;
    }
    if (!parts.payloads().isObject(body)) {
      return RejectionReason.BAD_REQUEST_PAYLOAD;
    }
    return parts.payloads().contradicts(body, request.pushType())
        ? RejectionReason.INVALID_PUSH_TYPE
        : null;
  }

  private static void tell(
      BroadcastResult result, Consumer<RejectionReason> refused, Consumer<Sent> sent) {
    switch (result) {
      case BroadcastResult.Accepted _ -> sent.accept(new Sent.Accepted());
      case BroadcastResult.TooMany _ -> sent.accept(new Sent.Later(ONE_MAY_END_SECONDS));
      case BroadcastResult.TooFast(int _, long waitNanos) ->
          sent.accept(new Sent.Later(Math.ceilDiv(waitNanos, SECOND_NANOS)));
      // The id of another broadcast, of another app or to others of the app.
      case BroadcastResult.Different _ -> refused.accept(RejectionReason.BAD_MESSAGE_ID);
      case BroadcastResult.Busy _ -> refused.accept(RejectionReason.TOO_MANY_REQUESTS);
      case BroadcastResult.Unready _, BroadcastResult.NotWritten _ ->
          refused.accept(RejectionReason.SERVICE_UNAVAILABLE);
      case BroadcastResult.Failed _ -> refused.accept(RejectionReason.INTERNAL_SERVER_ERROR);
    }
  }
}
