package dev.tidings.ingest.apns.channel;

import dev.tidings.schemas.topic.ChannelKey;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.Expiration;
import dev.tidings.schemas.value.Priority;
import dev.tidings.schemas.value.PushType;

/** What a provider asks for. Every value is valid; of channels it is not known if they exist. */
sealed interface ChannelRequest {
  AppId app();

  /** Create a channel; how it is to be is in the body. */
  record Create(AppId app) implements ChannelRequest {}

  /** Tell the ids of all channels. */
  record List(AppId app) implements ChannelRequest {}

  /** About one channel. */
  sealed interface OfOne extends ChannelRequest {
    ChannelKey channel();

    @Override
    default AppId app() {
      return channel().app();
    }
  }

  /** Tell how a channel is. */
  record Read(ChannelKey channel) implements OfOne {}

  /** Delete it for good. */
  record Delete(ChannelKey channel) implements OfOne {}

  /**
   * Send the body to all who have joined it.
   *
   * @param mayStore whether the expiration is other than 0, as it was written
   * @param expiration a single attempt, or a time to come
   */
  record Broadcast(
      ChannelKey channel,
      boolean mayStore,
      Expiration expiration,
      Priority priority,
      PushType pushType)
      implements OfOne {}
}
