package dev.tidings.http.limit;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The responses that clients have not read. Each client has a time limit to read some of them, and
 * all clients of a port share a limit of memory, however many there are. Thread-safe.
 */
public final class Unread {
  /** The limit in bytes. Clients that read leave nothing: writes go into the socket at once. */
  public static final long MOST = 16L << 20;

  /** What one client may leave unread in any case. */
  private static final long LITTLE = 2 * 1024;

  private static final int NONE = 0;

  private final long most;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong streamed = new AtomicLong();
  private final LongAdder closed = new LongAdder();

  /** Creates a limit in bytes for all clients together. */
  public Unread(long most) {
    this.most = most;
  }

  /** Returns the number of unread bytes, at most a second old. */
  public long bytes() {
    return bytes.get();
  }

  /**
   * Returns whether streaming responses have taken their half of the limit, so that each may only
   * have a little unsent; the other half is left to those that are not streamed.
   */
  public boolean isCrowded() {
    return streamed.get() > most / 2;
  }

  /** Returns how many connections were to be closed for it. */
  public long closed() {
    return closed.sum();
  }

  /** Returns the share of a new connection. */
  public Share of(Channel channel) {
    return new Share(channel);
  }

  /** The unread responses of one client. Confined to its event loop. */
  public final class Share {
    private final Channel channel;
    private long counted;
    private boolean waiting;
    private long sinceNanos;
    private long before;
    private long progress;
    private int first;
    private long unsent;
    private boolean over;

    private Share(Channel channel) {
      this.channel = channel;
    }

    /**
     * Counts bytes of streaming responses that were given to the connection, or, if negative, that
     * have left it. In HTTP/2 most of them wait for the client's window, and not in the channel.
     */
    public void unsent(int more) {
      unsentWhole(more);
      streamed.addAndGet(more);
    }

    /** The same of a response that was given to the connection as a whole. */
    public void unsentWhole(int more) {
      unsent += more;
    }

    /** After a write: whether the connection must be closed because the limit is reached. */
    public boolean isTooMuch() {
      boolean tooMuch = count() > LITTLE && bytes.get() > most;
      if (tooMuch) {
        closed.increment();
      }
      return tooMuch;
    }

    /** Whether the connection must be closed because nothing was read for this time. */
    public boolean isStalled(long now, long patienceNanos) {
      count();
      ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
      long left = pending(buffer);
      if (left == 0 || buffer == null) {
        waiting = false;
        first = NONE;
        return false;
      }
      if (hasTaken(buffer, left)) {
        waiting = true;
        sinceNanos = now;
        return false;
      }
      boolean stalled = now - sinceNanos >= patienceNanos;
      if (stalled) {
        closed.increment();
      }
      return stalled;
    }

    /** Any byte counts, also a part of a message. */
    private boolean hasTaken(ChannelOutboundBuffer buffer, long left) {
      int firstNow = System.identityHashCode(buffer.current());
      long progressNow = buffer.currentProgress();
      // A message that was only written before and is flushed now has not been sent.
      boolean another = first != NONE && first != firstNow;
      boolean taken = !waiting || left < before || progressNow != progress || another;
      before = left;
      progress = progressNow;
      first = firstNow;
      return taken;
    }

    /** Forgets a connection that is closed. */
    public void over() {
      over = true;
      bytes.addAndGet(-counted);
      counted = 0;
    }

    private long count() {
      if (over) {
        return 0;
      }
      long left = Math.max(unsent, pending(channel.unsafe().outboundBuffer()));
      if (left != counted) {
        bytes.addAndGet(left - counted);
        counted = left;
      }
      return left;
    }

    private static long pending(@Nullable ChannelOutboundBuffer buffer) {
      return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }
  }
}
