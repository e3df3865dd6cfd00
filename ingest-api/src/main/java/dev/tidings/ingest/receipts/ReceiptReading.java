package dev.tidings.ingest.receipts;

import dev.tidings.http.body.SharedMemory;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Where one reader is in the receipts of an app, and what comes next: from the feed of the app, or,
 * if that is not there any more, from the log. It asks for more only when its reader does, so a
 * slow one costs no memory, and a faster one does not wait for it. Confined to its reader's thread;
 * what the log brings is handed over to that.
 */
final class ReceiptReading {
  private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int PART_BYTES = 16 * 1024;
  private static final int SMALL_TURN_BYTES = 32 * 1024;

  private final ReceiptStreams streams;
  private final String app;
  private final Object owner;
  private final SharedMemory.Part memory;
  private final @Nullable Long sinceMillis;
  private final int turnBytes;
  private final Runnable waker;
  private final AtomicReference<@Nullable LogPart> brought = new AtomicReference<>();

  // The position. Without a topic it is not known yet where it begins.

  private @Nullable Uuid topic;
  private long[] next = {};
  private long after;
  private long checkedLife;

  // What a turn at the log, or a look at the feed, has brought, and is not read yet.

  private final Deque<ReceiptEvent> events = new ArrayDeque<>();
  private long @Nullable [] behindEvents;
  private boolean asked;
  private int taken;
  private long againNanos;

  /** What a reader has to know besides the events. */
  interface Listener {
    /** It is known now where it begins. */
    void begins();

    /** Something may be missing before what comes next. */
    void gap(Gap gap);
  }

  /**
   * @param owner who shares turns at the log with it
   * @param memory for what the log brings; closed by {@link #close}
   * @param from where it begins; null to begin at a time, or at the end of the log
   * @param sinceMillis that time; null to begin at the end of the log
   * @param turnBytes how much of the log to ask for at once, if there is memory for it
   * @param waker told when the log has brought something, from any thread
   */
  ReceiptReading(
      ReceiptStreams streams,
      String app,
      Object owner,
      SharedMemory.Part memory,
      @Nullable Cursor from,
      @Nullable Long sinceMillis,
      int turnBytes,
      Runnable waker) {
    this.streams = streams;
    this.app = app;
    this.owner = owner;
    this.memory = memory;
    this.sinceMillis = sinceMillis;
    this.turnBytes = turnBytes;
    this.waker = waker;
    this.againNanos = streams.nanoTime();
    if (from != null) {
      topic = from.topic();
      next = from.next().clone();
    }
  }

  /** Returns the position behind the events that were passed; null if it is not known yet. */
  @Nullable Cursor position() {
    Uuid of = topic;
    return of == null ? null : new Cursor(of, next.clone());
  }

  /** Returns the next event, which stays the next one until it is passed; null if none is here. */
  @Nullable ReceiptEvent first() {
    return events.peekFirst();
  }

  /** Goes on behind the next event. */
  void pass() {
    ReceiptEvent event = events.removeFirst();
    next[event.partition()] = Math.max(next[event.partition()], event.offset() + 1);
  }

  /**
   * Looks for events, while none is here.
   *
   * @return whether there may be more at once
   */
  boolean look(Listener listener, long now) {
    settle();
    if (!events.isEmpty()) {
      return true;
    }
    LogPart part = brought.getAndSet(null);
    if (part != null) {
      take(listener, part, now);
      settle();
      return true;
    }
    if (asked || now - againNanos < 0) {
      return false;
    }
    Uuid of = topic;
    boolean more = of == null ? begin(listener, now) : follow(listener, new Cursor(of, next), now);
    settle();
    return more;
  }

  /** Begins at the end of the log, or at a time. */
  private boolean begin(Listener listener, long now) {
    Cursor end = streams.feeds().end();
    if (end == null) {
      return false;
    }
    Long since = sinceMillis;
    if (since != null) {
      return ask(null, since, end.next(), now);
    }
    topic = end.topic();
    next = end.next();
    listener.begins();
    return true;
  }

  private boolean follow(Listener listener, Cursor at, long now) {
    return switch (streams.feeds().next(app, at, after, checkedLife, PART_BYTES)) {
      case Feeds.Next.Unknown _ -> false;
      case Feeds.Next.Other(Uuid other, int partitions) -> {
        move(listener, at, other, partitions);
        yield true;
      }
      case Feeds.Next.Behind(long[] upTo) -> ask(next, 0, upTo, now);
      case Feeds.Next.Ahead(long life) -> {
        checkedLife = life;
        yield ask(next, 0, next, now);
      }
      case Feeds.Next.Events(List<ReceiptEvent> found, long last, long @Nullable [] read) -> {
        after = last;
        events.addAll(found);
        if (read != null) {
          behindEvents = furthest(next, read);
        }
        yield read == null || !found.isEmpty();
      }
    };
  }

  private static long[] furthest(long[] one, long[] other) {
    long[] furthest = one.clone();
    for (int i = 0; i < furthest.length; i++) {
      furthest[i] = Math.max(one[i], other[i]);
    }
    return furthest;
  }

  /** The topic is not what it was when the position was told. */
  private void move(Listener listener, Cursor from, Uuid other, int partitions) {
    int before = from.next().length;
    boolean grown = other.equals(from.topic()) && before < partitions;
    topic = other;
    next = grown ? Arrays.copyOf(from.next(), partitions) : new long[partitions];
    after = 0;
    checkedLife = 0;
    listener.gap(grown ? Gap.partitionsAdded(before, partitions) : Gap.madeAnew());
  }

  private boolean ask(long @Nullable [] from, long since, long[] upTo, long now) {
    taken =
        memory.take(turnBytes) ? turnBytes : memory.take(SMALL_TURN_BYTES) ? SMALL_TURN_BYTES : 0;
    if (taken == 0) {
      againNanos = now + AGAIN_NANOS;
      return false;
    }
    asked = true;
    streams.read(
        owner,
        new CatchUp.Ask(
            app, upTo.length, from == null ? null : from.clone(), since, upTo.clone(), taken),
        read -> {
          brought.set(read);
          waker.run();
        });
    return false;
  }

  private void take(Listener listener, LogPart part, long now) {
    asked = false;
    switch (part) {
      case LogPart.Failed _ -> {
        againNanos = now + AGAIN_NANOS;
        checkedLife = 0;
        giveBack();
      }
      case LogPart.Read read -> {
        if (topic == null) {
          Cursor end = streams.feeds().end();
          if (end == null || end.next().length != read.from().length) {
            giveBack();
            return;
          }
          topic = end.topic();
          next = read.from();
          listener.begins();
        } else {
          next = read.from();
        }
        read.gaps().forEach(listener::gap);
        events.addAll(read.events());
        behindEvents = read.next();
      }
    }
  }

  /**
   * If all that was brought is passed, goes on behind what was read with it, and gives its memory
   * back: the rest is of other apps.
   */
  void settle() {
    long[] behind = behindEvents;
    if (events.isEmpty() && behind != null) {
      giveBack();
      next = behind;
      behindEvents = null;
    }
  }

  /**
   * Forgets what was brought and is not passed, to be looked for again: its reader can go on with
   * nothing for a long time. A turn at the log that is under way is forgotten when it has come.
   */
  void forget() {
    events.clear();
    behindEvents = null;
    after = 0;
    if (!asked || brought.getAndSet(null) != null) {
      asked = false;
      giveBack();
    }
  }

  private void giveBack() {
    memory.give(taken);
    taken = 0;
  }

  /** Gives back what it has. Idempotent. */
  void close() {
    events.clear();
    memory.close();
  }
}
