package dev.tidings.http.body;

import dev.tidings.http.BodyReader;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Collects the body of a request up to a limit; what exceeds it is dropped as it arrives. An
 * oversized body is drained up to 64 KiB, because many clients do not read a response while
 * sending; beyond that the response is sent and the stream reset. Confined to one event loop.
 */
public final class Body implements BodyReader {
  private static final byte[] NOTHING = {};
  private static final int DRAINED_BYTES = 64 * 1024;

  private final int limit;
  private final BodyMemory memory;
  private final BodyListener listener;
  private final @Nullable Object order;
  private byte[] bytes = NOTHING;
  private int reserved;
  private long arrived;
  private boolean told;

  /** The body of a request that waits for no other, and that comes in one piece. */
  public Body(int limit, BodyListener listener) {
    this(limit, BodyMemory.NONE, listener, null);
  }

  /**
   * A body.
   *
   * @param memory what it reserves bytes from while it is incomplete
   * @param order as in {@link BodyReader#order}
   */
  public Body(int limit, BodyMemory memory, BodyListener listener, @Nullable Object order) {
    this.limit = limit;
    this.memory = memory;
    this.listener = listener;
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
      if (arrived > DRAINED_BYTES) {
        tell();
      }
    } else if (length > 0 && !told) {
      // Nearly always the only part: this copy out of the pooled buffer is the one that is kept.
      if (!last && !reserve(length)) {
        told = true;
        forget();
        listener.noRoom();
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
      listener.tooLarge();
    } else {
      byte[] all = bytes;
      forget();
      listener.complete(all);
    }
  }

  @Override
  public void aborted() {
    if (!told) {
      told = true;
      forget();
      listener.aborted();
    }
  }

  @Override
  public void timedOut() {
    boolean missing = !told;
    told = true;
    forget();
    listener.timedOut(missing);
  }
}
