package dev.tidings.ingest.receipts;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * The newest events of the apps that are being streamed, in bounded memory, and how far the log was
 * read. Written by the one who reads the end of the log, read by all streams. When memory is full
 * the oldest event leaves; a stream that has not read it has to get it from the log. Thread-safe;
 * nothing here waits for longer than it takes to look through a few events.
 */
final class Feeds {
  /** How many events one question looks at, at most. */
  private static final int LOOKED_AT = 1_000;

  private final long maxBytes;
  private final Map<String, Feed> feeds = new ConcurrentHashMap<>();

  // Guarded by this.

  private final TreeMap<Long, Feed> order = new TreeMap<>();
  private long bytes;
  private long sequence;
  private long life;
  private Uuid topic = Uuid.ZERO_UUID;
  private long @Nullable [] positions;

  Feeds(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** What a stream gets that asks for what comes next. */
  sealed interface Next {
    /** It is not known yet how far the log goes. */
    record Unknown() implements Next {}

    /**
     * Events, or none if there is nothing new.
     *
     * @param after the number of the last one, to go on behind it
     * @param positions how far the log was read, if these are all; null if there are more
     */
    record Events(List<ReceiptEvent> events, long after, long @Nullable [] positions)
        implements Next {}

    /** What comes next is not here any more: it is in the log, up to these offsets. */
    record Behind(long[] upTo) implements Next {}

    /**
     * The position is beyond what was read of the log: perhaps because another node was faster, or
     * because the log is shorter than it was.
     *
     * @param life changes when the log is not what it was
     */
    record Ahead(long life) implements Next {}

    /** The topic is another one, or has other partitions. */
    record Other(Uuid topic, int partitions) implements Next {}
  }

  /** The events of one app. */
  private static final class Feed {
    private final TreeMap<Long, ReceiptEvent> events = new TreeMap<>();
    private final Set<Runnable> readers = new CopyOnWriteArraySet<>();
    // By partition, the offset from which on every event is here.
    private long[] covered = {};

    /**
     * Whether records may be under way that were decoded before anybody read here, and not
     * published yet: what they have of this app was left out.
     */
    private boolean fresh = true;
  }

  /** Adds one who reads the events of an app, to be woken when there are new ones. */
  synchronized void add(String app, Runnable reader) {
    Feed feed = feeds.get(app);
    if (feed == null) {
      feed = new Feed();
      if (positions != null) {
        feed.covered = positions.clone();
      }
      feeds.put(app, feed);
    }
    feed.readers.add(reader);
  }

  /** Removes one. */
  synchronized void remove(String app, Runnable reader) {
    Feed feed = feeds.get(app);
    if (feed != null && feed.readers.remove(reader) && feed.readers.isEmpty()) {
      feeds.remove(app);
      feed.events.forEach((number, event) -> {
        order.remove(number);
        bytes -= event.bytes();
      });
    }
  }

  /** Returns whether somebody reads the events of an app. */
  boolean isWanted(String app) {
    return feeds.containsKey(app);
  }

  /** Returns whether nobody reads anything. */
  boolean isIdle() {
    return feeds.isEmpty();
  }

  /** Returns how much memory the events take, roughly. */
  synchronized long bytes() {
    return bytes;
  }

  /** Returns how far the log was read; null as long as that is unknown. */
  synchronized @Nullable Cursor end() {
    return positions == null ? null : new Cursor(topic, positions.clone());
  }

  /**
   * Reading begins, or begins anew: where it was, as far as that is still there. The first time it
   * is the end; in a topic that was made anew, and in partitions that were added, the beginning.
   *
   * @param begins the first offset of each partition
   * @param ends the offset behind the last one
   * @return the offsets from which to read
   */
  synchronized long[] begin(Uuid id, long[] begins, long[] ends) {
    long[] before = positions;
    long[] from = ends.clone();
    if (before != null) {
      for (int i = 0; i < from.length; i++) {
        from[i] =
            id.equals(topic) && i < before.length
                ? Math.min(Math.max(before[i], begins[i]), ends[i])
                : begins[i];
      }
    }
    if (before == null || !id.equals(topic) || !Arrays.equals(before, from)) {
      life++;
      order.clear();
      bytes = 0;
      for (Feed feed : feeds.values()) {
        feed.events.clear();
        feed.covered = from.clone();
      }
    }
    for (Feed feed : feeds.values()) {
      feed.fresh = false;
    }
    topic = id;
    positions = from;
    return from.clone();
  }

  /**
   * Forgets how far the log was read, because nobody reads it.
   *
   * @return false if somebody does
   */
  synchronized boolean end(boolean idle) {
    if (idle && feeds.isEmpty()) {
      positions = null;
      return true;
    }
    return false;
  }

  /**
   * Adds events, and wakes those who read them.
   *
   * @param events in the order of the log
   * @param read how far the log was read with them
   */
  void publish(List<ReceiptEvent> events, long[] read) {
    Set<Feed> fed = new LinkedHashSet<>();
    synchronized (this) {
      for (ReceiptEvent event : events) {
        Feed feed = feeds.get(event.app());
        if (feed != null && !feed.fresh) {
          feed.events.put(++sequence, event);
          order.put(sequence, feed);
          bytes += event.bytes();
          fed.add(feed);
        }
      }
      for (Feed feed : feeds.values()) {
        if (feed.fresh) {
          feed.fresh = false;
          feed.covered = read.clone();
          fed.add(feed);
        }
      }
      positions = read.clone();
      while (bytes > maxBytes) {
        evict();
      }
    }
    fed.forEach(feed -> feed.readers.forEach(Runnable::run));
  }

  /** Wakes all readers: it is known now how far the log goes. */
  void wakeAll() {
    feeds.values().forEach(feed -> feed.readers.forEach(Runnable::run));
  }

  private void evict() {
    Map.Entry<Long, Feed> oldest = order.pollFirstEntry();
    ReceiptEvent event = oldest.getValue().events.remove(oldest.getKey());
    if (event == null) {
      throw new AssertionError("an event that is nowhere: " + oldest.getKey());
    }
    oldest.getValue().covered[event.partition()] = event.offset() + 1;
    bytes -= event.bytes();
  }

  /**
   * Returns what comes next at a position, as far as a few events tell.
   *
   * @param app one that is read
   * @param after the number behind which to look; 0 for the oldest event there is
   * @param checked the life of the log in which the position was found to be one
   * @param maxBytes roughly, how much at most
   */
  synchronized Next next(String app, Cursor at, long after, long checked, int maxBytes) {
    Feed feed = feeds.get(app);
    if (positions == null || feed == null) {
      return new Next.Unknown();
    }
    if (!at.topic().equals(topic) || at.next().length != positions.length) {
      return new Next.Other(topic, positions.length);
    }
    for (int i = 0; i < positions.length; i++) {
      if (at.next()[i] < feed.covered[i]) {
        return new Next.Behind(feed.covered.clone());
      }
      if (at.next()[i] > positions[i] && checked != life) {
        return new Next.Ahead(life);
      }
    }
    List<ReceiptEvent> found = new ArrayList<>();
    long last = after;
    int taken = 0;
    int seen = 0;
    for (Map.Entry<Long, ReceiptEvent> entry : feed.events.tailMap(after, false).entrySet()) {
      if (taken >= maxBytes || seen++ >= LOOKED_AT) {
        return new Next.Events(found, last, null);
      }
      ReceiptEvent event = entry.getValue();
      last = entry.getKey();
      if (event.offset() >= at.next()[event.partition()]) {
        found.add(event);
        taken += event.bytes();
      }
    }
    return new Next.Events(found, last, positions.clone());
  }
}
