package dev.tidings.http.events;

import static java.util.Objects.requireNonNull;

import dev.tidings.http.BodyWriter;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes the text of one event stream in parts, and keeps those for which its client has no room
 * yet. It keeps all that it is given: a stream that wants to bound that looks at {@link #isFlushed}
 * first. Confined to the event loop of its connection, except for {@link #wake}.
 */
public final class EventOutput {
  private static final long HEARTBEAT_NANOS = TimeUnit.SECONDS.toNanos(15);

  private final LongSupplier nanoTime;
  private final Deque<byte[]> unwritten = new ArrayDeque<>();
  private volatile @Nullable BodyWriter writer;
  private long writtenNanos;

  public EventOutput(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Writes to this from now on. To be called before anything is written. */
  public void attach(BodyWriter to) {
    writer = to;
  }

  /** Has the stream look again whether there is something to write. From any thread. */
  public void wake() {
    BodyWriter to = writer;
    if (to != null) {
      to.wake();
    }
  }

  /** Whether the client has room for more. */
  public boolean isWritable() {
    return writer().isWritable();
  }

  /** Whether all that was to be written is. */
  public boolean isFlushed() {
    return unwritten.isEmpty();
  }

  /** Whether nothing was written for so long that a proxy might take the connection for dead. */
  public boolean isSilent() {
    return nanoTime.getAsLong() - writtenNanos >= HEARTBEAT_NANOS;
  }

  /** Writes as much as there is room for; the rest is written by {@link #flush}. */
  public void write(byte[] text) {
    writtenNanos = nanoTime.getAsLong();
    for (int from = 0; from < text.length; from += BodyWriter.MAX_PART_BYTES) {
      int to = Math.min(text.length, from + BodyWriter.MAX_PART_BYTES);
      unwritten.add(Arrays.copyOfRange(text, from, to));
    }
    flush();
  }

  /** Writes what there was no room for, as far as there is now. */
  public void flush() {
    BodyWriter to = writer();
    while (!unwritten.isEmpty() && to.isWritable()) {
      to.write(unwritten.removeFirst());
    }
  }

  /** Ends the body with what is not written yet, which should be little, and this behind it. */
  public void end(byte[] last) {
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    unwritten.forEach(rest::writeBytes);
    rest.writeBytes(last);
    unwritten.clear();
    writer().end(rest.toByteArray());
  }

  /** Forgets what is not written yet: nobody reads it any more. */
  public void clear() {
    unwritten.clear();
  }

  private BodyWriter writer() {
    return requireNonNull(writer, "writer: none (expected: attached before)");
  }
}
