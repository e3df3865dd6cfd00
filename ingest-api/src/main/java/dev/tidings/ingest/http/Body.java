package dev.tidings.ingest.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the body of a request up to a limit; what comes beyond it is dropped as it arrives. A
 * client that sends a little too much is heard out, for many don't read an answer that comes in the
 * midst of it; one that goes on and on gets its answer, and then its stream is reset. For one event
 * loop.
 */
public final class Body implements BodyReader {
  private static final byte[] NOTHING = {};
  private static final int HEARD_OUT_BYTES = 64 * 1024;

  /** Who is told how it went: one of the first four, once. */
  public interface Taker {
    /** All of it is there, and handed over. */
    void complete(byte[] body);

    /** It is longer than it may be. */
    void tooLarge();

    /** There is no memory for it. */
    void noRoom();

    /** The client went away in the midst of it. */
    void aborted();

    /**
     * The request has taken too long: it is to be answered now.
     *
     * @param bodyMissing whether it was the body that took too long; then nothing else is told any
     *     more
     */
    void timedOut(boolean bodyMissing);
  }

  private final int limit;
  private final BodyMemory memory;
  private final Taker taker;
  private final @Nullable Object order;
  private byte[] bytes = NOTHING;
  private int reserved;
  private long arrived;
  private boolean told;

  /** One of a request that waits for no other. */
  public Body(int limit, Taker taker) {
    this(limit, BodyMemory.NONE, taker, null);
  }

  /**
   * A body.
   *
   * @param memory where it takes what it needs while it is not all there
   * @param order as in {@link BodyReader#order}
   */
  public Body(int limit, BodyMemory memory, Taker taker, @Nullable Object order) {
    this.limit = limit;
    this.memory = memory;
    this.taker = taker;
    this.order = order;
  }

  @Override
  public @Nullable Object order() {
    return order;
  }

  @Override
  public void part(ByteBuf part, boolean last) {
    int length = part.readableBytes();
    int before = bytes.length;
    arrived += length;
    if (arrived > limit) {
      forget();
      if (arrived > HEARD_OUT_BYTES) {
        tell();
      }
    } else if (length > 0 && !told) {
      // Nearly always the only part: its copy out of the pooled buffer is what goes to the log.
      if (!last && !reserve(length)) {
        told = true;
        forget();
        taker.noRoom();
        return;
      }
      bytes = Arrays.copyOf(bytes, before + length);
      part.getBytes(part.readerIndex(), bytes, before, length);
    }
  }

  private boolean reserve(int length) {
    if (!memory.take(length)) {
      return false;
    }
    reserved += length;
    return true;
  }

  private void forget() {
    bytes = NOTHING;
    if (reserved > 0) {
      memory.give(reserved);
      reserved = 0;
    }
  }

  @Override
  public void end() {
    tell();
  }

  private void tell() {
    if (told) {
      return;
    }
    told = true;
    if (arrived > limit) {
      taker.tooLarge();
    } else {
      byte[] all = bytes;
      forget();
      taker.complete(all);
    }
  }

  @Override
  public void aborted() {
    if (!told) {
      told = true;
      forget();
      taker.aborted();
    }
  }

  @Override
  public void timedOut() {
    boolean missing = !told;
    told = true;
    forget();
    taker.timedOut(missing);
  }
}
