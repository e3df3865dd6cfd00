package dev.tidings.ingest.receipts;

import dev.tidings.http.BodyWriter;
import dev.tidings.http.Problem;
import dev.tidings.http.ResponseSource;
import dev.tidings.http.body.SharedMemory;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * One stream of the receipts of an app. It has a position, and asks for what comes next only when
 * its client has room for it: from the feed of its app, or, if that is not there any more, from the
 * log. So a client that reads slowly costs no memory, and a faster one does not wait for it.
 * Confined to the event loop of its connection, except for {@link #wake}.
 */
final class ReceiptStream implements ResponseSource {
  private static final long HEARTBEAT_NANOS = TimeUnit.SECONDS.toNanos(15);
  private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final String NOTHING = "{}";
  private static final int WRITE_BYTES = 16 * 1024;
  private static final int TURN_BYTES = 256 * 1024;
  private static final int SMALL_TURN_BYTES = 32 * 1024;

  private final ReceiptStreams streams;
  private final StreamRequest request;
  private final SharedMemory.Part memory;
  private final long retryMillis;
  private final Runnable waker = this::wake;
  private final AtomicReference<@Nullable LogPart> brought = new AtomicReference<>();
  private volatile @Nullable BodyWriter out;

  // The position. Without a topic it is not known yet where the stream begins.

  private @Nullable Uuid topic;
  private long[] next = {};
  private long after;
  private long checkedLife;

  // What a turn at the log has brought, and is not written yet.

  private final Deque<ReceiptEvent> events = new ArrayDeque<>();
  private final Deque<byte[]> unwritten = new ArrayDeque<>();
  private long @Nullable [] behindEvents;
  private boolean asked;
  private int taken;
  private long againNanos;

  private boolean begun;
  private boolean over;
  // The position that the client was told last.
  private long[] told = {};
  private long writtenNanos;
  private long checkedNanos;

  /**
   * @param retryMillis how long its client waits before it connects again
   */
  ReceiptStream(
      ReceiptStreams streams, StreamRequest request, SharedMemory.Part memory, long retryMillis) {
    this.streams = streams;
    this.request = request;
    this.memory = memory;
    this.retryMillis = retryMillis;
    this.checkedNanos = streams.nanoTime();
    this.againNanos = checkedNanos;
    Cursor from = request.from();
    if (from != null) {
      topic = from.topic();
      next = from.next().clone();
    }
  }

  StreamRequest request() {
    return request;
  }

  Runnable waker() {
    return waker;
  }

  /** Looks again whether there is something to write. From any thread. */
  void wake() {
    BodyWriter writer = out;
    if (writer != null) {
      writer.wake();
    }
  }

  @Override
  public void produce(BodyWriter writer) {
    out = writer;
    if (over || !writer.isWritable()) {
      return;
    }
    long now = streams.nanoTime();
    if (!begun) {
      begun = true;
      write(writer, new Sse().retry(retryMillis).take());
    }
    if (now - checkedNanos >= CHECK_NANOS) {
      checkedNanos = now;
      Problem refusal = request.refusal();
      if (refusal != null) {
        end(writer, refusal);
        return;
      }
    }
    while (writer.isWritable() && step(writer, now)) {
      // Until there is nothing more, or no room.
    }
    if (writer.isWritable() && now - writtenNanos >= HEARTBEAT_NANOS) {
      // The position is told too: that of an app without receipts would expire otherwise.
      boolean quiet = topic == null || Arrays.equals(next, told);
      write(writer, quiet ? Sse.HEARTBEAT : position());
    }
  }

  /** Writes some. Returns whether there may be more at once. */
  private boolean step(BodyWriter writer, long now) {
    if (!unwritten.isEmpty()) {
      flush(writer);
      return unwritten.isEmpty();
    }
    LogPart part = brought.getAndSet(null);
    if (part != null) {
      take(writer, part, now);
    } else if (!events.isEmpty() || behindEvents != null) {
      writeEvents(writer);
    } else if (asked || now - againNanos < 0) {
      return false;
    } else if (topic == null) {
      return begin(writer, now);
    } else {
      return follow(writer, new Cursor(topic, next), now);
    }
    return true;
  }

  /** Begins at the end of the log, or at a time. */
  private boolean begin(BodyWriter writer, long now) {
    Cursor end = streams.feeds().end();
    if (end == null) {
      return false;
    }
    Long since = request.sinceMillis();
    if (since != null) {
      return ask(null, since, end.next(), now);
    }
    topic = end.topic();
    next = end.next();
    write(writer, position());
    return true;
  }

  private boolean follow(BodyWriter writer, Cursor at, long now) {
    return switch (streams.feeds().next(request.app(), at, after, checkedLife, WRITE_BYTES)) {
      case Feeds.Next.Unknown _ -> false;
      case Feeds.Next.Other(Uuid other, int partitions) -> {
        move(writer, at, other, partitions);
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
        writeEvents(writer);
        yield read == null;
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
  private void move(BodyWriter writer, Cursor from, Uuid other, int partitions) {
    int before = from.next().length;
    boolean grown = other.equals(from.topic()) && before < partitions;
    topic = other;
    next = grown ? Arrays.copyOf(from.next(), partitions) : new long[partitions];
    after = 0;
    checkedLife = 0;
    gap(writer, grown ? Gap.partitionsAdded(before, partitions) : Gap.madeAnew());
  }

  private boolean ask(long @Nullable [] from, long since, long[] upTo, long now) {
    taken =
        memory.take(TURN_BYTES) ? TURN_BYTES : memory.take(SMALL_TURN_BYTES) ? SMALL_TURN_BYTES : 0;
    if (taken == 0) {
      againNanos = now + AGAIN_NANOS;
      return false;
    }
    asked = true;
    streams.read(
        request.owner(),
        new CatchUp.Ask(
            request.app(),
            upTo.length,
            from == null ? null : from.clone(),
            since,
            upTo.clone(),
            taken),
        read -> {
          brought.set(read);
          wake();
        });
    return false;
  }

  private void take(BodyWriter writer, LogPart part, long now) {
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
          write(writer, position());
        } else {
          next = read.from();
        }
        read.gaps().forEach(gap -> gap(writer, gap));
        events.addAll(read.events());
        behindEvents = read.next();
      }
    }
  }

  private void writeEvents(BodyWriter writer) {
    Sse sse = new Sse();
    while (!events.isEmpty() && unwritten.isEmpty()) {
      ReceiptEvent event = events.removeFirst();
      byte[] gone = event.gone();
      if (gone != null) {
        // With the position before it: whoever goes on there is told both again.
        sse.event("token-gone", cursor(), gone);
      }
      next[event.partition()] = Math.max(next[event.partition()], event.offset() + 1);
      sse.event(event.name(), cursor(), event.data());
      streams.meters().event();
      if (sse.size() >= WRITE_BYTES || events.isEmpty()) {
        write(writer, sse.take());
      }
    }
    long[] behind = behindEvents;
    if (events.isEmpty() && behind != null) {
      giveBack();
      next = behind;
      behindEvents = null;
    }
  }

  private void giveBack() {
    memory.give(taken);
    taken = 0;
  }

  private void gap(BodyWriter writer, Gap gap) {
    streams.meters().gap();
    write(writer, new Sse().event("gap", cursor(), gap.json()).take());
  }

  private byte[] position() {
    return new Sse().event("position", cursor(), NOTHING).take();
  }

  private String cursor() {
    Uuid of = topic;
    if (of == null) {
      throw new IllegalStateException("cursor: none yet (expected: a position)");
    }
    told = next.clone();
    return new Cursor(of, next).text();
  }

  private void write(BodyWriter writer, byte[] text) {
    writtenNanos = streams.nanoTime();
    for (int from = 0; from < text.length; from += BodyWriter.MAX_PART_BYTES) {
      int to = Math.min(text.length, from + BodyWriter.MAX_PART_BYTES);
      unwritten.add(Arrays.copyOfRange(text, from, to));
    }
    flush(writer);
  }

  private void flush(BodyWriter writer) {
    while (!unwritten.isEmpty() && writer.isWritable()) {
      writer.write(unwritten.removeFirst());
    }
  }

  /** Says why, and ends; the client goes on with its last position, if it may. */
  private void end(BodyWriter writer, Problem why) {
    Sse sse = new Sse();
    String data = new String(why.response().body(), StandardCharsets.UTF_8);
    sse.event("end", topic == null ? null : cursor(), data);
    if (unwritten.isEmpty() && events.isEmpty()) {
      write(writer, sse.take());
    }
    writer.end();
    release();
  }

  @Override
  public void draining(BodyWriter writer) {
    end(
        writer,
        Problem.of(
            HttpResponseStatus.SERVICE_UNAVAILABLE,
            "the service is stopping (expected: the same request again, soon)"));
  }

  @Override
  public void cancelled() {
    release();
  }

  private void release() {
    if (!over) {
      over = true;
      events.clear();
      unwritten.clear();
      memory.close();
      streams.closed(this);
    }
  }
}
