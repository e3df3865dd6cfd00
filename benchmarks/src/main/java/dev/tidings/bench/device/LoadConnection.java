package dev.tidings.bench.device;

import static java.util.Objects.requireNonNull;

import dev.tidings.infra.process.HostPort;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a device, with no other handler in its pipeline. It reads packets in place,
 * confirms all that arrive together with one write, and allocates nothing for a notification.
 */
final class LoadConnection extends ChannelInboundHandlerAdapter {
  private static final int ACCEPTED = 0;

  /** The delay between the first confirmations of two slow devices. */
  private static final long SPREAD_MILLIS = 97;

  private final Device device;
  private final DeviceLoop deviceLoop;
  private @Nullable ByteBuf rest;
  private @Nullable ByteBuf answers;
  private @Nullable ChannelHandlerContext context;
  private @Nullable SlowConfirmations slow;
  private boolean settled;

  LoadConnection(Device device, DeviceLoop deviceLoop) {
    this.device = device;
    this.deviceLoop = deviceLoop;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    this.context = context;
    device.channel(context.channel());
    confirmEvery(deviceLoop.confirmEveryMillis());
    context.writeAndFlush(
        DevicePackets.connect(
            context.alloc(),
            deviceLoop.setup().name(device.number()),
            deviceLoop.setup().redirect(),
            deviceLoop.setup().password(device.number())),
        context.voidPromise());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = joined((ByteBuf) message);
    long now = System.nanoTime();
    int length = DevicePackets.length(in);
    while (length > 0 && length <= in.readableBytes()) {
      packet(context, in, in.readerIndex(), now);
      in.skipBytes(length);
      length = DevicePackets.length(in);
    }
    if (in.isReadable()) {
      rest = context.alloc().buffer(Math.max(length, in.readableBytes())).writeBytes(in);
    }
    in.release();
  }

  private ByteBuf joined(ByteBuf in) {
    ByteBuf before = rest;
    if (before == null) {
      return in;
    }
    rest = null;
    before.writeBytes(in);
    in.release();
    return before;
  }

  private void packet(ChannelHandlerContext context, ByteBuf in, int start, long now) {
    int header = in.getUnsignedByte(start);
    int body = DevicePackets.body(in, start);
    switch (header >> 4) {
      case DevicePackets.CONNACK -> connected(context, in, body);
      case DevicePackets.PUBLISH -> published(context, in, header, body, now);
      case DevicePackets.DISCONNECT -> context.close();
      default -> {
        // SUBACK, PUBACK of the registration, PINGRESP.
      }
    }
  }

  private void connected(ChannelHandlerContext context, ByteBuf in, int body) {
    int code = in.getUnsignedByte(body + 1);
    if (code == DevicePackets.USE_ANOTHER_SERVER) {
      String reference = DevicePackets.serverReference(in, body);
      int colon = reference.lastIndexOf(':');
      device.sentTo(
          new HostPort(
              reference.substring(0, colon), Integer.parseInt(reference.substring(colon + 1))));
      context.close();
    } else if (code != ACCEPTED) {
      deviceLoop.refused(code);
      context.close();
    } else if (device.isRegistered() || !deviceLoop.setup().register()) {
      settle();
    } else {
      context.writeAndFlush(
          DevicePackets.register(context.alloc(), deviceLoop.setup().app()), context.voidPromise());
    }
  }

  private void published(
      ChannelHandlerContext context, ByteBuf in, int header, int body, long now) {
    int at = body + 2 + in.getUnsignedShort(body);
    boolean confirms = (header & 0x06) != 0;
    int properties = confirms ? at + 2 : at;
    if (in.getByte(body + 2) == '$') {
      // The response to the registration; the token is known in advance.
      device.registered();
      settle();
    } else {
      device.take(in, DevicePackets.afterProperties(in, properties), now);
    }
    if (confirms) {
      answer(context, in.getUnsignedShort(at));
    }
  }

  /**
   * Sets the interval between confirmations; 0: confirms all pending ones, and each new one
   * immediately.
   */
  void confirmEvery(long millis) {
    if (slow != null) {
      slow.confirmAll();
      slow.close();
      slow = null;
    }
    if (millis > 0) {
      slow =
          new SlowConfirmations(
              requireNonNull(context),
              deviceLoop.unconfirmed(),
              device.number() * SPREAD_MILLIS % millis,
              millis);
    }
  }

  private void answer(ChannelHandlerContext context, int packetId) {
    if (slow != null) {
      slow.add(packetId);
      return;
    }
    ByteBuf out = answers;
    if (out == null) {
      out = context.alloc().ioBuffer(4 * DevicePackets.PUBACK_BYTES);
      answers = out;
    }
    DevicePackets.puback(out, packetId);
  }

  private void settle() {
    if (!settled) {
      settled = true;
      deviceLoop.connected();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    ByteBuf out = answers;
    if (out != null) {
      answers = null;
      context.writeAndFlush(out, context.voidPromise());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (rest != null) {
      rest.release();
      rest = null;
    }
    if (answers != null) {
      answers.release();
      answers = null;
    }
    if (slow != null) {
      slow.close();
    }
    device.channel(null);
    deviceLoop.disconnected(device, settled);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    deviceLoop.failed(cause);
    context.close();
  }
}
