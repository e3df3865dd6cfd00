package dev.tidings.bench.device;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a slow device has received and not confirmed yet: it confirms the oldest from time to time.
 * Event loop only.
 */
final class SlowConfirmations {
  private final ChannelHandlerContext context;
  private final Queue<Integer> packetIds = new ArrayDeque<>();
  private final LongAdder unconfirmed;
  private final Future<?> timer;

  /**
   * @param unconfirmed counts what all devices have received and not confirmed
   * @param firstMillis when it confirms for the first time, so that not all devices do at once
   * @param everyMillis how often from then on
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

  /** Confirms all there are. */
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

  /** The connection is gone, and what it had received comes again. */
  void close() {
    timer.cancel(false);
    unconfirmed.add(-packetIds.size());
    packetIds.clear();
  }
}
