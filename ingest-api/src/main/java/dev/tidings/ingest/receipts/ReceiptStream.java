package dev.tidings.ingest.receipts;

import dev.tidings.http.BodyWriter;
import dev.tidings.http.Problem;
import dev.tidings.http.ResponseSource;
import dev.tidings.http.body.SharedMemory;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One stream of the receipts of an app. It looks for what comes next only when its client has room
 * for it. Confined to the event loop of its connection, except for {@link #wake}.
 */
final class ReceiptStream implements ResponseSource {
  private static final int TURN_BYTES = 256 * 1024;
  private static final long HEARTBEAT_NANOS = TimeUnit.SECONDS.toNanos(15);
  private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final String NOTHING = "{}";
  private static final int WRITE_BYTES = 16 * 1024;

  private final ReceiptStreams streams;
  private final StreamRequest request;
  private final ReceiptReading reading;
  private final long retryMillis;
  private final Runnable waker = this::wake;
  private final Deque<byte[]> unwritten = new ArrayDeque<>();
  private volatile @Nullable BodyWriter out;

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
    this.retryMillis = retryMillis;
    this.checkedNanos = streams.nanoTime();
    this.reading =
        new ReceiptReading(
            streams,
            request.app(),
            request.owner(),
            memory,
            request.from(),
            request.sinceMillis(),
            TURN_BYTES,
            waker);
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
      Cursor at = reading.position();
      boolean quiet = at == null || Arrays.equals(at.next(), told);
      write(writer, quiet ? Sse.HEARTBEAT : position());
    }
  }

  /** Writes some. Returns whether there may be more at once. */
  private boolean step(BodyWriter writer, long now) {
    if (!unwritten.isEmpty()) {
      flush(writer);
      return unwritten.isEmpty();
    }
    boolean more =
        reading.look(
            new ReceiptReading.Listener() {
              @Override
              public void begins() {
                write(writer, position());
              }

              @Override
              public void gap(Gap gap) {
                ReceiptStream.this.gap(writer, gap);
              }
            },
            now);
    writeEvents(writer);
    return more;
  }

  private void writeEvents(BodyWriter writer) {
    Sse sse = new Sse();
    ReceiptEvent event = reading.first();
    while (event != null && unwritten.isEmpty()) {
      byte[] gone = event.gone();
      if (gone != null) {
        // With the position before it: whoever goes on there is told both again.
        sse.event("token-gone", cursor(), gone);
      }
      reading.pass();
      sse.event(event.name(), cursor(), event.data());
      streams.meters().event();
      event = reading.first();
      if (sse.size() >= WRITE_BYTES || event == null) {
        write(writer, sse.take());
      }
    }
    reading.settle();
  }

  private void gap(BodyWriter writer, Gap gap) {
    streams.meters().gap();
    write(writer, new Sse().event("gap", cursor(), gap.json()).take());
  }

  private byte[] position() {
    return new Sse().event("position", cursor(), NOTHING).take();
  }

  private String cursor() {
    Cursor at = reading.position();
    if (at == null) {
      throw new IllegalStateException("cursor: none yet (expected: a position)");
    }
    told = at.next();
    return at.text();
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

  /**
   * Says why, and ends; the client goes on with its last position, if it may. One that reads slowly
   * is told too: first the rest of the events that it was told in part, which are few, then this,
   * with the position behind them. What it has not been told of at all comes where it goes on.
   */
  private void end(BodyWriter writer, Problem why) {
    Sse sse = new Sse();
    String data = new String(why.response().body(), StandardCharsets.UTF_8);
    sse.event("end", reading.position() == null ? null : cursor(), data);
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    unwritten.forEach(rest::writeBytes);
    rest.writeBytes(sse.take());
    writer.end(rest.toByteArray());
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
  public boolean isEndless() {
    return true;
  }

  @Override
  public void cancelled() {
    release();
  }

  private void release() {
    if (!over) {
      over = true;
      unwritten.clear();
      reading.close();
      streams.closed(this);
    }
  }
}
