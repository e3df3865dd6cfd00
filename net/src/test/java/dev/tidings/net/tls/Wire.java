package dev.tidings.net.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;

/** What is between two channels of a test. */
final class Wire {
  private Wire() {}

  /** Carries bytes to and fro until there are none. */
  static void exchange(EmbeddedChannel one, EmbeddedChannel other) {
    boolean moved = true;
    while (moved) {
      moved = carry(one, other);
      moved |= carry(other, one);
    }
  }

  private static boolean carry(EmbeddedChannel from, EmbeddedChannel to) {
    from.runPendingTasks();
    boolean moved = false;
    for (ByteBuf out = from.readOutbound(); out != null; out = from.readOutbound()) {
      if (out.isReadable() && to.isOpen()) {
        to.writeInbound(out);
        moved = true;
      } else {
        out.release();
      }
    }
    to.runPendingTasks();
    return moved;
  }
}
