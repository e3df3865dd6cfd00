package dev.tidings.ingest.receipts;

import dev.tidings.http.BodyWriter;
import dev.tidings.http.Problem;
import dev.tidings.http.ResponseSource;
import dev.tidings.http.body.SharedMemory;
import dev.tidings.http.events.EventOutput;
import dev.tidings.http.events.EventText;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * One stream of the receipts of an app. It looks for what comes next only when its client has room
 * for it. Confined to the event loop of its connection, except for {@link #wake}.
 */
final class ReceiptStream implements ResponseSource {
  private static final int TURN_BYTES = 256 * 1024;
  private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final String NOTHING = "{}";
  private static final int WRITE_BYTES = 16 * 1024;

  private final ReceiptStreams streams;
  private final StreamRequest request;
  private final ReceiptReading reading;
  private final long retryMillis;
  private final Runnable waker = this::wake;
  private final EventOutput out;
  private boolean begun;
  private boolean over;
  // The position that the client was told last.
  private long[] told = {};
  private long checkedNanos;

  /**
   * @param retryMillis how long its client waits before it connects again
   */
  ReceiptStream(
      ReceiptStreams streams, StreamRequest request, SharedMemory.Part memory, long retryMillis) {
    this.streams = streams;
    this.request = request;
    this.retryMillis = retryMillis;
    this.out = new EventOutput(streams::nanoTime);
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
    out.wake();
  }

  @Override
  public void produce(BodyWriter writer) {
    out.attach(writer);
    if (over || !out.isWritable()) {
      return;
    }
    long now = streams.nanoTime();
    if (!begun) {
      begun = true;
      out.write(new EventText().retry(retryMillis).take());
    }
    if (now - checkedNanos >= CHECK_NANOS) {
      checkedNanos = now;
      Problem refusal = request.refusal();
      if (refusal != null) {
        end(refusal);
        return;
      }
    }
    while (out.isWritable() && step(now)) {
      // Until there is nothing more, or no room.
    }
    if (out.isWritable() && out.isSilent()) {
      // The position is told too: that of an app without receipts would expire otherwise.
      Cursor at = reading.position();
      boolean quiet = at == null || Arrays.equals(at.next(), told);
      out.write(quiet ? EventText.HEARTBEAT : position());
    }
  }

  /** Writes some. Returns whether there may be more at once. */
  private boolean step(long now) {
    if (!out.isFlushed()) {
      out.flush();
      return out.isFlushed();
    }
    boolean more =
        reading.look(
            new ReceiptReading.Listener() {
              @Override
              public void begins() {
                out.write(position());
              }

              @Override
              public void gap(Gap gap) {
                ReceiptStream.this.gap(gap);
              }
            },
            now);
    writeEvents();
    return more;
  }

  private void writeEvents() {
    EventText text = new EventText();
    ReceiptEvent event = reading.first();
    while (event != null && out.isFlushed()) {
      byte[] gone = event.gone();
      if (gone != null) {
        // With the position before it: whoever goes on there is told both again.
        text.event("token-gone", cursor(), gone);
      }
      reading.pass();
      text.event(event.name(), cursor(), event.data());
      streams.meters().event();
      event = reading.first();
      if (text.size() >= WRITE_BYTES || event == null) {
        out.write(text.take());
      }
    }
    reading.settle();
  }

  private void gap(Gap gap) {
    streams.meters().gap();
    out.write(new EventText().event("gap", cursor(), gap.json()).take());
  }

  private byte[] position() {
    return new EventText().event("position", cursor(), NOTHING).take();
  }

  private String cursor() {
    Cursor at = reading.position();
    if (at == null) {
      throw new IllegalStateException("cursor: none yet (expected: a position)");
    }
    told = at.next();
    return at.text();
  }

  /**
   * Says why, and ends; the client goes on with its last position, if it may. One that reads slowly
   * is told too: first the rest of the events that it was told in part, which are few, then this,
   * with the position behind them. What it has not been told of at all comes where it goes on.
   */
  private void end(Problem why) {
    out.end(new EventText().end(reading.position() == null ? null : cursor(), why).take());
    release();
  }

  @Override
  public void draining(BodyWriter writer) {
    out.attach(writer);
    end(
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
      out.clear();
      reading.close();
      streams.closed(this);
    }
  }
}
