package dev.tidings.streams.resolve;

import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.service.rocks.WholeWalk;
import dev.tidings.streams.write.Meters;
import dev.tidings.streams.write.Settled;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The notifications of one task whose token is unknown so far. They are in the store, so that a
 * takeover finds them again; their keys and their order of expiry are in memory, so that the store
 * is read by key only and never scanned. Confined to the task's thread.
 */
final class WaitingRoom {
  private static final Logger log = LoggerFactory.getLogger(WaitingRoom.class);
  private static final Comparator<Waiting> ORDER =
      Comparator.comparingLong(Waiting::since).thenComparingLong(Waiting::offset);

  /**
   * The limit of waiting notifications for one token; there is one for each task too, because their
   * keys are in memory.
   */
  static final int MOST_OF_TOKEN = 1_000;

  static final int MOST = 100_000;

  /** Withdrawals have so much more room, in all: one that is refused does not take effect. */
  private static final int TENTH = 10;

  /** The limit of their size in one task's store, and so in its topic. */
  static final long MOST_BYTES = 128L << 20;

  /** The limits of deletions at once: so many, again and again for so long. */
  private static final int MOST_DELETED = 500;

  private static final long LONGEST_DELETION_NANOS = Duration.ofMillis(20).toNanos();

  /** The limit of foreign records removed at once: the rest is removed at the next start. */
  private static final int MOST_TAKEN_AWAY = 10_000;

  private final KeyValueStore<Bytes, byte[]> store;
  private final Meters meters;

  /** What has left the room, but is in the store until what became of it is in the log. */
  private final Settled settled;

  /** Their sizes, and the sum of them. */
  private final Map<Bytes, Integer> leaving = new HashMap<>();

  private long leavingBytes;

  private final int mostOfToken;
  private final int most;
  private final long mostBytes;
  private final Map<Bytes, TreeMap<Long, Waiting>> byToken = new HashMap<>();
  private final Queue<Waiting> byTime = new PriorityQueue<>(ORDER);
  private final Queue<Bytes> toWrite = new ArrayDeque<>();
  private int count;
  private long bytes;

  WaitingRoom(KeyValueStore<Bytes, byte[]> store, Meters meters, Settled settled) {
    this(store, meters, settled, MOST_OF_TOKEN, MOST, MOST_BYTES);
  }

  /** Creates a waiting room with these limits for each token and in total. */
  WaitingRoom(
      KeyValueStore<Bytes, byte[]> store,
      Meters meters,
      Settled settled,
      int mostOfToken,
      int most,
      long mostBytes) {
    this.store = store;
    this.meters = meters;
    this.settled = settled;
    this.mostOfToken = mostOfToken;
    this.most = most;
    this.mostBytes = mostBytes;
  }

  /**
   * Loads the keys of the waiting notifications, once the store is restored.
   *
   * @param latest the latest possible begin of a wait; a later one comes from a wrong clock or is
   *     not a time
   * @param again whether all entries must be written again, because their topic may not have them
   */
  void reopen(long latest, boolean again) {
    List<Bytes> foreign = new ArrayList<>();
    @Nullable Bytes last = null;
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<Bytes, byte[]> entry = all.next();
        last = entry.key;
        if (Waiting.isOne(entry.key, entry.value)) {
          Waiting found = Waiting.parse(entry.key, entry.value);
          postpone(found, Math.min(latest, found.since()));
          if (again) {
            toWrite.add(entry.key);
          }
        } else if (foreign.size() < MOST_TAKEN_AWAY) {
          foreign.add(entry.key);
        }
      }
    }
    WholeWalk.check("waiting", last, store);
    if (!foreign.isEmpty()) {
      log.warn(
          "{} records of {} were not written by this service: they are deleted",
          foreign.size(),
          LogTopics.WAITING);
      foreign.forEach(store::delete);
    }
  }

  /** Writes some of the entries found at the start again, if that is required. */
  void writeAgain(int atMost) {
    for (int i = 0; i < atMost && !toWrite.isEmpty(); i++) {
      Bytes key = toWrite.remove();
      byte[] value = store.get(key);
      if (value != null) {
        store.put(key, value);
      }
    }
  }

  /** Deletes entries of those removed before the last commit, as many as it has time for. */
  void deleteSettled() {
    long start = System.nanoTime();
    int before;
    do {
      before = settled.unwritten();
      settled.write(
          MOST_DELETED,
          key -> {
            forgetLeaving(key);
            store.delete(key);
          });
    } while (settled.unwritten() < before && System.nanoTime() - start < LONGEST_DELETION_NANOS);
  }

  /** It is in the room again, or in the store no more. */
  private void forgetLeaving(Bytes key) {
    settled.forget(key);
    @Nullable Integer size = leaving.remove(key);
    leavingBytes -= size == null ? 0 : size;
  }

  /** Returns whether there are entries to be deleted, now or after the next commit. */
  boolean isDeleting() {
    return settled.unwritten() > 0;
  }

  boolean isEmpty() {
    return count == 0;
  }

  boolean hasOf(Bytes token) {
    return count > 0 && byToken.containsKey(token);
  }

  /**
   * Returns the reason why another notification cannot wait; empty if it can.
   *
   * @param timestamp of its record, as in {@link #add}
   * @param record the record's value
   */
  Optional<String> full(Waiting waiting, long timestamp, byte[] record) {
    return full(waiting, timestamp, record, mostOfToken, most, mostBytes);
  }

  /** As {@link #full}, for what is addressed to a device: anybody can make up devices. */
  Optional<String> fullForDevice(Waiting waiting, long timestamp, byte[] record) {
    return full(waiting, timestamp, record, mostOfToken, most / 2, mostBytes / 2);
  }

  /**
   * Returns the reason why a withdrawal cannot wait; empty if it can. Each of the notifications
   * that wait may be withdrawn, so there is room for as many again of their token.
   */
  Optional<String> fullForWithdrawal(Waiting waiting, long timestamp, byte[] record) {
    return full(
        waiting,
        timestamp,
        record,
        2 * mostOfToken,
        most + most / TENTH,
        mostBytes + mostBytes / TENTH);
  }

  private Optional<String> full(
      Waiting waiting,
      long timestamp,
      byte[] record,
      int fewerOfToken,
      int fewer,
      long atMostBytes) {
    TreeMap<Long, Waiting> ofToken = byToken.get(waiting.token());
    int ofIt = ofToken == null ? 0 : ofToken.size();
    if (isReadAgain(ofToken, waiting, timestamp, record)) {
      return Optional.empty();
    }
    if (ofIt >= fewerOfToken) {
      return Optional.of(
          "token: %d of it wait for its registration or a schema (expected: fewer)"
              .formatted(ofIt));
    }
    // Those that have left and are still in the store take room, too.
    int all = count + settled.unwritten();
    if (all >= fewer) {
      return Optional.of(
          "token: unknown, as that of %d others that wait (expected: fewer)".formatted(all));
    }
    return bytes + leavingBytes + record.length > atMostBytes
        ? Optional.of(
            "token: unknown, like those of others that wait, %d bytes (expected: at most %d)"
                .formatted(bytes + leavingBytes, atMostBytes))
        : Optional.empty();
  }

  void add(Waiting waiting, long timestamp, Record<byte[], byte[]> record) {
    Waiting placed = placed(waiting, timestamp, record.value());
    byte[] value = placed.value(timestamp, record.headers(), record.value());
    forgetLeaving(placed.key());
    store.put(placed.key(), value);
    remember(placed.stored(value.length));
  }

  /**
   * Places a notification behind those of its token that wait. They may be from an earlier topic of
   * the same name, whose offsets cannot be compared with those of this one.
   */
  private Waiting placed(Waiting waiting, long timestamp, byte[] record) {
    TreeMap<Long, Waiting> ofToken = byToken.get(waiting.token());
    return ofToken == null
            || waiting.offset() > ofToken.lastKey()
            || isReadAgain(ofToken, waiting, timestamp, record)
        ? waiting
        : new Waiting(waiting.token(), ofToken.lastKey() + 1, waiting.since());
  }

  /** Whether it waits already, and is read again after a takeover. */
  private boolean isReadAgain(
      @Nullable Map<Long, Waiting> ofToken, Waiting waiting, long timestamp, byte[] record) {
    @Nullable Waiting there = ofToken == null ? null : ofToken.get(waiting.offset());
    Waiting.@Nullable Kept kept = there == null ? null : kept(there);
    return kept != null && kept.isOf(timestamp, record);
  }

  /** Sets a later begin of the wait, in this process only. */
  void postpone(Waiting waiting, long since) {
    remember(waiting.from(since));
  }

  /** Returns the tokens for which notifications wait. */
  Set<Bytes> tokens() {
    return Set.copyOf(byToken.keySet());
  }

  /** Returns the waiting notifications of a token, in the order of the log. */
  List<Waiting> of(Bytes token) {
    TreeMap<Long, Waiting> waiting = byToken.get(token);
    return waiting == null ? List.of() : List.copyOf(waiting.values());
  }

  /**
   * Returns a notification that has waited since then or longer, if there is one; it stays until it
   * is removed.
   */
  @Nullable Waiting since(long since) {
    Waiting first = byTime.peek();
    while (first != null && !isHere(first)) {
      byTime.remove();
      first = byTime.peek();
    }
    return first == null || first.since() > since ? null : first;
  }

  Waiting.@Nullable Kept kept(Waiting waiting) {
    byte[] value = store.get(waiting.key());
    return value == null ? null : Waiting.kept(value);
  }

  /**
   * Ends the waiting of a notification. Its entry is deleted later, by {@link #deleteSettled}: if
   * the process is killed before what became of it is in the log, it is found again.
   */
  void remove(Waiting waiting) {
    Bytes key = waiting.key();
    forgetLeaving(key);
    settled.add(key);
    TreeMap<Long, Waiting> ofToken = byToken.get(waiting.token());
    @Nullable Waiting gone = ofToken == null ? null : ofToken.remove(waiting.offset());
    if (gone != null) {
      count(-1, -gone.bytes());
      leaving.put(key, gone.bytes());
      leavingBytes += gone.bytes();
    }
    if (ofToken != null && ofToken.isEmpty()) {
      byToken.remove(waiting.token());
    }
  }

  /** Clears the memory, because the task moves to another process or thread. */
  void leave() {
    count(-count, -bytes);
    byToken.clear();
    byTime.clear();
    toWrite.clear();
    settled.clear();
    leaving.clear();
    leavingBytes = 0;
  }

  private void remember(Waiting waiting) {
    // A notification that is read again after a takeover is already known from the store.
    @Nullable Waiting before =
        byToken
            .computeIfAbsent(waiting.token(), token -> new TreeMap<>())
            .put(waiting.offset(), waiting);
    if (before == null) {
      count(1, waiting.bytes());
    } else {
      count(0, waiting.bytes() - before.bytes());
    }
    byTime.add(waiting);
  }

  private boolean isHere(Waiting waiting) {
    TreeMap<Long, Waiting> ofToken = byToken.get(waiting.token());
    return ofToken != null && waiting.equals(ofToken.get(waiting.offset()));
  }

  private void count(int more, long moreBytes) {
    count += more;
    bytes += moreBytes;
    meters.waiting(more, moreBytes);
  }
}
