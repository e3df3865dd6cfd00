package dev.tidings.streams.broadcast;

import dev.tidings.schemas.topic.BroadcastKey;
import dev.tidings.schemas.topic.BroadcastKey.Kind;
import dev.tidings.schemas.topic.ChannelKey;
import dev.tidings.schemas.topic.TopicMembership;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.Token;
import dev.tidings.streams.channel.EarlyJoins;
import dev.tidings.streams.channel.LatestMessages;
import dev.tidings.streams.channel.UnreadJoins;
import dev.tidings.streams.write.ResolveOutputs;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends what is kept of a channel to the devices that join it, unless it comes to them anyway. Who
 * joins before the table of broadcasts is complete gets what is known then, and what was missing
 * when it is. Confined to the task's thread.
 */
final class ChannelJoins {
  private final BroadcastReader reader;
  private final BroadcastRecords table;
  private final LatestMessages latest;
  private final ResolveOutputs outputs;
  private final SubscriberReader joiners;
  private final SubscriberStore subscribers;
  private final Function<BroadcastKey, @Nullable FanOut> running;
  private final UnreadJoins unread = new UnreadJoins();
  private final EarlyJoins early = new EarlyJoins();

  /**
   * @param latest of each channel
   * @param running returns what is being sent of a broadcast; null if it is not
   */
  ChannelJoins(
      BroadcastReader reader,
      BroadcastRecords table,
      LatestMessages latest,
      ResolveOutputs outputs,
      SubscriberReader joiners,
      SubscriberStore subscribers,
      Function<BroadcastKey, @Nullable FanOut> running) {
    this.reader = reader;
    this.table = table;
    this.latest = latest;
    this.outputs = outputs;
    this.joiners = joiners;
    this.subscribers = subscribers;
    this.running = running;
  }

  /** A device has joined a channel: it gets what is kept of it. */
  void joined(byte[] key, byte[] value, long now) {
    TopicMembership.parse(key).ifPresent(who -> joined(new EarlyJoins.Join(who, null), value, now));
  }

  private void joined(EarlyJoins.Join join, byte[] value, long now) {
    switch (joiners.next(value, now)) {
      case SubscriberReader.Read.Subscriber read -> {
        if (!early.add(sent(join, read.token(), now))) {
          joiners.passOver("too many join channels before it is known what is kept of them");
        }
      }
      case SubscriberReader.Read.Nobody _ -> {
        // Somebody else has written it, or it has been waited for in vain.
      }
      case SubscriberReader.Read.NotYet _ -> {
        if (!unread.add(join.who().key().bytes(), value)) {
          joiners.passOver("too many have joined channels with schemas that are not known yet");
        }
      }
    }
  }

  /** Those whose records could not be read when they joined, if they have not left since. */
  void joinAgain(long now) {
    for (UnreadJoins.Join join : unread.due(now)) {
      if (!subscribers.isNewInChannel(join.key(), join.value())) {
        joined(join.key(), join.value(), now);
      }
    }
  }

  /** Returns whether the table has to be complete for some who have joined. */
  boolean areEarly() {
    return !early.isEmpty();
  }

  /** Returns whether it has been complete. */
  boolean haveCaughtUp() {
    return early.isOver();
  }

  /**
   * The table is complete: looks at some of those who joined before it was, if they have not left
   * since.
   *
   * @return whether that was all of them
   */
  boolean caughtUp(long now) {
    for (EarlyJoins.Join join : early.next()) {
      TopicMembership who = join.who();
      byte @Nullable [] value = subscribers.get(who.app(), who.topic(), who.device());
      if (value != null) {
        joined(join, value, now);
      }
    }
    return early.isEmpty();
  }

  /** Sends what is to be sent; returns what the device has now. */
  private EarlyJoins.Join sent(EarlyJoins.Join join, Token token, long now) {
    TopicMembership who = join.who();
    @Nullable BroadcastKey found =
        who.topic()
            .channelId()
            .map(id -> latest.of(new ChannelKey(who.app(), id), now))
            .orElse(null);
    byte @Nullable [] kept = found == null ? null : table.get(found);
    @Nullable BroadcastJob request =
        found == null || kept == null ? null : reader.requestIfKnown(found, kept);
    if (found == null
        || request == null
        || found.equals(join.had())
        || request.expiration().hasPassed(now)
        || isToCome(found, who.device())) {
      return join;
    }
    outputs.deliver(request.notification(), token, who.device());
    return new EarlyJoins.Join(who, found);
  }

  /** Returns whether a device, which is among those that have joined now, will be come to. */
  private boolean isToCome(BroadcastKey key, DeviceId device) {
    @Nullable FanOut sending = running.apply(key);
    if (sending != null) {
      return sending.isBefore(device);
    }
    Progress progress = reader.progressIfKnown(table.get(key, Kind.PROGRESS)).orElse(Progress.NONE);
    return progress.endedAt() == null && progress.cursor().isBefore(device);
  }
}
