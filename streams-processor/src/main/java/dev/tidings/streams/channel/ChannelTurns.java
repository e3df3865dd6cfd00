package dev.tidings.streams.channel;

import dev.tidings.schemas.topic.BroadcastKey;
import dev.tidings.schemas.topic.ChannelKey;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * The broadcasts of each channel in the order in which they came: one at a time is sent, so that no
 * device gets an earlier one behind a later one. For one thread at a time.
 */
public final class ChannelTurns {
  /** The first one is being sent, or is the next to be. */
  private final Map<ChannelKey, SequencedSet<BroadcastKey>> queues = new HashMap<>();

  private final Map<BroadcastKey, ChannelKey> channels = new HashMap<>();

  /**
   * The next turn in a channel.
   *
   * @param app of the channel
   */
  public record Turn(BroadcastKey key, String app) {}

  /** Adds one behind those that are there, unless it is among them; returns if it is its turn. */
  public boolean enter(ChannelKey channel, BroadcastKey key) {
    channels.put(key, channel);
    SequencedSet<BroadcastKey> queue = queues.computeIfAbsent(channel, _ -> new LinkedHashSet<>());
    queue.add(key);
    return queue.getFirst().equals(key);
  }

  /** Removes one; returns the next one if it was its turn, or null. */
  public @Nullable Turn leave(BroadcastKey key) {
    @Nullable ChannelKey channel = channels.remove(key);
    @Nullable SequencedSet<BroadcastKey> queue = channel == null ? null : queues.get(channel);
    if (channel == null || queue == null) {
      return null;
    }
    boolean wasFirst = queue.getFirst().equals(key);
    queue.remove(key);
    if (queue.isEmpty()) {
      queues.remove(channel);
      return null;
    }
    return wasFirst ? new Turn(queue.getFirst(), channel.app().value()) : null;
  }
}
