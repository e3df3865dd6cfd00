package dev.tidings.ingest.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Gathers the body of a request up to a limit; what comes beyond it is dropped as it arrives. A
 * client that sends a little too much is heard out, for many don't read an answer that comes in the
 * midst of it; one that goes on and on gets its answer, and then its stream is reset. For one event
 * loop.
 */
public final class Body implements BodyReader {
  private static final byte[] NOTHING = {};
  private static final int HEARD_OUT_BYTES = 64 * 1024;

  /** Who is told how it went: one of the first three, once. */
  public interface Taker {
    /** All of it is there, and handed over. */
    void complete(byte[] body);

    /** It is longer than it may be. */
    void tooLarge();

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
  private final Taker taker;
  private byte[] bytes = NOTHING;
  private long arrived;
  private boolean told;

  public Body(int limit, Taker taker) {
    this.limit = limit;
    this.taker = taker;
  }

  @Override
  public void part(ByteBuf part) {
    int length = part.readableBytes();
    int before = bytes.length;
    arrived += length;
    if (arrived > limit) {
      bytes = NOTHING;
      if (arrived > HEARD_OUT_BYTES) {
        tell();
      }
    } else if (length > 0 && !told) {
      // Nearly always the only part: its copy out of the pooled buffer is what goes to the log.
      bytes = Arrays.copyOf(bytes, before + length);
      part.getBytes(part.readerIndex(), bytes, before, length);
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
      bytes = NOTHING;
      taker.complete(all);
    }
  }

  @Override
  public void aborted() {
    if (!told) {
      told = true;
      bytes = NOTHING;
      taker.aborted();
    }
  }

  @Override
  public void timedOut() {
    boolean missing = !told;
    told = true;
    bytes = NOTHING;
    taker.timedOut(missing);
  }
}
