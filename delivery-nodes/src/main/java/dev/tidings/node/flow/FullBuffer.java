package dev.tidings.node.flow;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/** A full output buffer, and the time when the peer last accepted some of it. */
final class FullBuffer {
  private final long since;
  private long lastProgress;
  private long pending;
  private long progress;
  private int current;

  FullBuffer(Channel channel, long now) {
    this.since = now;
    look(channel, now);
    this.lastProgress = now;
  }

  /** Checks for progress: any byte counts, including those of a partly sent message. */
  void look(Channel channel, long now) {
    ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
    if (out == null) {
      return;
    }
    long pendingNow = out.totalPendingWriteBytes();
    long progressNow = out.currentProgress();
    int currentNow = System.identityHashCode(out.current());
    // Bytes that were already written, and are only flushed now, are not progress.
    boolean another = current != 0 && currentNow != current;
    if (pendingNow < pending || progressNow != progress || another) {
      lastProgress = now;
    }
    pending = pendingNow;
    progress = progressNow;
    current = currentNow;
  }

  long stalledFor(long now) {
    return now - lastProgress;
  }

  long fullFor(long now) {
    return now - since;
  }
}
