package dev.tidings.bench.device;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * The notifications that a slow device has received and not confirmed: it confirms the oldest from
 * time to time. Confined to its event loop.
 */
final class SlowConfirmations {
  private final ChannelHandlerContext context;
  private final Queue<Integer> packetIds = new ArrayDeque<>();
  private final LongAdder unconfirmed;
  private final Future<?> timer;

  /**
   * @param unconfirmed counts what all devices have received and not confirmed
   * @param firstMillis the delay of its first confirmation, so that not all devices confirm at once
   * @param everyMillis the interval from then on
   */
  SlowConfirmations(
      ChannelHandlerContext context, LongAdder unconfirmed, long firstMillis, long everyMillis) {
    this.context = context;
    this.unconfirmed = unconfirmed;
    this.timer =
        context
            .executor()
            .scheduleAtFixedRate(() -> confirm(1), firstMillis, everyMillis, TimeUnit.MILLISECONDS);
  }

  void add(int packetId) {
    packetIds.add(packetId);
    unconfirmed.increment();
  }

  /** Confirms all. */
  void confirmAll() {
    confirm(packetIds.size());
  }

  private void confirm(int atMost) {
    int count = Math.min(atMost, packetIds.size());
    if (count == 0) {
      return;
    }
    ByteBuf out = context.alloc().ioBuffer(count * DevicePackets.PUBACK_BYTES);
    for (int i = 0; i < count; i++) {
      DevicePackets.puback(out, packetIds.remove());
    }
    unconfirmed.add(-count);
    context.writeAndFlush(out, context.voidPromise());
  }

  /** Forgets all: the connection has ended, and they will be sent again. */
  void close() {
    timer.cancel(false);
    unconfirmed.add(-packetIds.size());
    packetIds.clear();
  }
}
