package dev.tidings.ingest.console.live;

import dev.tidings.http.BodyWriter;
import dev.tidings.http.Problem;
import dev.tidings.http.ResponseSource;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One stream of overviews: a client that reads slowly gets fewer of them, and the newest. Confined
 * to the event loop of its connection, except for {@link #wake}.
 */
final class EventStream implements ResponseSource {
  private static final long HEARTBEAT_NANOS = TimeUnit.SECONDS.toNanos(15);
  private static final byte[] HEARTBEAT = ascii(":\n\n");

  private final OverviewFeed feed;
  private final Runnable left;
  private final LongSupplier nanoTime;
  private final Runnable waker = this::wake;
  private final Deque<byte[]> unwritten = new ArrayDeque<>();
  private volatile @Nullable BodyWriter out;
  private boolean begun;
  private boolean over;
  private long told;
  private long writtenNanos;

  /**
   * @param left run when it is over
   */
  EventStream(OverviewFeed feed, Runnable left, LongSupplier nanoTime) {
    this.feed = feed;
    this.left = left;
    this.nanoTime = nanoTime;
  }

  /** Looks again whether there is something to write. From any thread. */
  private void wake() {
    BodyWriter writer = out;
    if (writer != null) {
      writer.wake();
    }
  }

  @Override
  public void produce(BodyWriter writer) {
    out = writer;
    if (over) {
      return;
    }
    flush(writer);
    if (!begun) {
      begun = true;
      write(writer, ascii("retry: 2000\n\n"));
      feed.add(waker);
    }
    OverviewFeed.@Nullable Event event = feed.last();
    if (event != null && event.number() != told && unwritten.isEmpty()) {
      told = event.number();
      var text = new ByteArrayOutputStream(event.json().length + 64);
      text.writeBytes(ascii("event: overview\nid: " + event.number() + "\ndata: "));
      text.writeBytes(event.json());
      text.writeBytes(ascii("\n\n"));
      write(writer, text.toByteArray());
    } else if (unwritten.isEmpty() && nanoTime.getAsLong() - writtenNanos >= HEARTBEAT_NANOS) {
      write(writer, HEARTBEAT);
    }
  }

  private void write(BodyWriter writer, byte[] text) {
    writtenNanos = nanoTime.getAsLong();
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

  @Override
  public void draining(BodyWriter writer) {
    if (over) {
      return;
    }
    String why =
        new String(
            Problem.of(HttpResponseStatus.SERVICE_UNAVAILABLE, "the service is stopping")
                .response()
                .body(),
            StandardCharsets.UTF_8);
    var text = new ByteArrayOutputStream();
    unwritten.forEach(text::writeBytes);
    text.writeBytes(ascii("event: end\ndata: " + why + "\n\n"));
    writer.end(text.toByteArray());
    release();
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
      feed.remove(waker);
      left.run();
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
