package dev.tidings.node.flow;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/** A full output buffer, and when the peer last took something of it. */
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

  /** Any byte is progress, also of a message that has not gone as a whole. */
  void look(Channel channel, long now) {
    ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
    if (out == null) {
      return;
    }
    long pendingNow = out.totalPendingWriteBytes();
    long progressNow = out.currentProgress();
    int currentNow = System.identityHashCode(out.current());
    // What was only written before, and is flushed now, is no progress.
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
