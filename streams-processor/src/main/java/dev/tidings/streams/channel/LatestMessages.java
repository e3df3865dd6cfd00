package dev.tidings.streams.channel;

import dev.tidings.schemas.topic.BroadcastKey;
import dev.tidings.schemas.topic.ChannelKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The latest broadcast of each channel that is kept, by its key: what it says is in the table of
 * broadcasts. There are no more than that table has. For one thread at a time.
 */
public final class LatestMessages {
  private static final int FORGOTTEN_AT_ONCE = 100;

  private final Map<ChannelKey, Entry> entries = new HashMap<>();
  private final Map<BroadcastKey, ChannelKey> channels = new HashMap<>();
  private final TreeSet<Entry> order =
      new TreeSet<>(Comparator.comparingLong(Entry::until).thenComparing(Entry::id));

  private record Entry(BroadcastKey key, long begunAt, long until) {
    String id() {
      return key.id().value();
    }
  }

  /**
   * Makes one the latest of its channel.
   *
   * @param begunAt when it was begun to be sent, in ms since the epoch
   * @param until when it expires
   * @return the one in whose place it is; null if there is none
   */
  public @Nullable BroadcastKey put(
      ChannelKey channel, BroadcastKey key, long begunAt, long until) {
    @Nullable Entry before = entries.get(channel);
    if (before != null) {
      remove(before.key());
    }
    Entry entry = new Entry(key, begunAt, until);
    entries.put(channel, entry);
    channels.put(key, channel);
    order.add(entry);
    return before == null || before.key().equals(key) ? null : before.key();
  }

  /** Returns when the latest of a channel was begun to be sent; the lowest if there is none. */
  public long begunAt(ChannelKey channel) {
    @Nullable Entry entry = entries.get(channel);
    return entry == null ? Long.MIN_VALUE : entry.begunAt();
  }

  /** Returns the latest of a channel that has not expired; null if there is none. */
  public @Nullable BroadcastKey of(ChannelKey channel, long now) {
    @Nullable Entry entry = entries.get(channel);
    return entry == null || entry.until() <= now ? null : entry.key();
  }

  /** Returns whether one is the latest of its channel. */
  public boolean has(BroadcastKey key) {
    return channels.containsKey(key);
  }

  /** Forgets one. */
  public void remove(BroadcastKey key) {
    @Nullable ChannelKey channel = channels.remove(key);
    @Nullable Entry entry = channel == null ? null : entries.remove(channel);
    if (entry != null) {
      order.remove(entry);
    }
  }

  /** Forgets that of a channel, and returns it; null if there is none. */
  public @Nullable BroadcastKey forget(ChannelKey channel) {
    @Nullable Entry entry = entries.get(channel);
    if (entry == null) {
      return null;
    }
    remove(entry.key());
    return entry.key();
  }

  /** Forgets those that have expired, some at a time, and returns them. */
  public List<BroadcastKey> forgetExpired(long now) {
    List<BroadcastKey> expired = new ArrayList<>();
    while (expired.size() < FORGOTTEN_AT_ONCE && !order.isEmpty() && order.first().until() <= now) {
      BroadcastKey key = order.first().key();
      remove(key);
      expired.add(key);
    }
    return expired;
  }
}
