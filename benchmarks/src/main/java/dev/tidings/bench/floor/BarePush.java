package dev.tidings.bench.floor;

import dev.tidings.bench.measure.Stamp;
import dev.tidings.bench.provider.SendPace;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The minimal push to devices over MQTT: one event loop that writes PUBLISH packets and counts
 * confirmations. It starts when all devices are connected, and runs until its process ends. A
 * separate program; arguments: the number of devices, the rate (0: as fast as confirmations
 * arrive), the window, the size of a payload in bytes.
 */
public final class BarePush {
  static final String NAME = "bare-push";

  private static final byte[] TOPIC =
      "tidings/com.example.bench/00000000-0000-0000-0000-000000000000"
          .getBytes(StandardCharsets.US_ASCII);
  private static final int CONNECT = 1;
  private static final int PUBACK = 4;
  private static final int PUBACK_BYTES = 4;
  private static final int NAME_LENGTH = 13;

  private final int devices;
  private final double rate;
  private final int window;
  private final byte[] payload;
  private final EventLoop loop;
  private final List<Target> targets = new ArrayList<>();
  private @Nullable SendPace pace;
  private long sent;
  private long confirmed;
  private int next;

  private BarePush(int devices, double rate, int window, int payloadBytes, EventLoop loop) {
    this.devices = devices;
    this.rate = rate;
    this.window = window;
    this.payload = Stamp.payload(payloadBytes);
    this.loop = loop;
  }

  /** A connected device. */
  private static final class Target {
    private final Channel channel;
    private final int number;
    private int sent;

    Target(Channel channel, int number) {
      this.channel = channel;
      this.number = number;
    }
  }

  /** Listens on any free port, and prints READY and the port. */
  public static void main(String[] args) throws InterruptedException {
    boolean epoll = Epoll.isAvailable();
    var group =
        new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory(NAME, true),
            epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    var push =
        new BarePush(
            Integer.parseInt(args[0]),
            Double.parseDouble(args[1]),
            Integer.parseInt(args[2]),
            Integer.parseInt(args[3]),
            group.next());
    Channel listening =
        new ServerBootstrap()
            .group(group)
            .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 4096)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(push.new Connection());
                  }
                })
            .bind("127.0.0.1", 0)
            .sync()
            .channel();
    int port = ((InetSocketAddress) listening.localAddress()).getPort();
    System.out.println("READY " + NAME + " mqtt=127.0.0.1:" + port);
    listening.closeFuture().sync();
  }

  private void connected(Channel channel, int number) {
    targets.add(new Target(channel, number));
    if (targets.size() == devices) {
      pace =
          rate > 0
              ? new SendPace.Steady(System.nanoTime(), rate)
              : new SendPace.Window(window, () -> confirmed);
      push();
      if (rate > 0) {
        loop.scheduleAtFixedRate(this::push, 200, 200, TimeUnit.MICROSECONDS);
      }
    }
  }

  private void push() {
    SendPace pace = this.pace;
    if (pace == null) {
      return;
    }
    long now = System.nanoTime();
    long allowed = pace.allowed(now);
    while (sent < allowed) {
      push(pace.meant(sent, now));
      sent++;
    }
  }

  private void push(long meant) {
    Target target = targets.get(next);
    next = (next + 1) % targets.size();
    Stamp.write(payload, target.number, target.sent++, meant);
    int remaining = 2 + TOPIC.length + 2 + 1 + payload.length;
    ByteBuf out = target.channel.alloc().ioBuffer(5 + remaining);
    out.writeByte(0x32);
    for (int left = remaining; ; left >>>= 7) {
      if (left < 0x80) {
        out.writeByte(left);
        break;
      }
      out.writeByte((left & 0x7F) | 0x80);
    }
    out.writeShort(TOPIC.length).writeBytes(TOPIC);
    out.writeShort(target.sent % 0xFFFF + 1).writeByte(0).writeBytes(payload);
    target.channel.writeAndFlush(out, target.channel.voidPromise());
  }

  /** Reads a CONNECT, which arrives in one piece, and PUBACKs, which are only counted. */
  private final class Connection extends ChannelInboundHandlerAdapter {
    private int bytes;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf in = (ByteBuf) message;
      int type = in.getUnsignedByte(in.readerIndex()) >> 4;
      if (type == CONNECT) {
        connect(context, in);
      } else if (type == PUBACK || bytes > 0) {
        bytes += in.readableBytes();
        confirmed += bytes / PUBACK_BYTES;
        bytes %= PUBACK_BYTES;
      }
      in.release();
    }

    private void connect(ChannelHandlerContext context, ByteBuf in) {
      int at = in.readerIndex() + NAME_LENGTH;
      String name = in.toString(at + 2, in.getUnsignedShort(at), StandardCharsets.US_ASCII);
      ByteBuf answer = context.alloc().ioBuffer(5);
      answer.writeByte(0x20).writeByte(3).writeByte(0).writeByte(0).writeByte(0);
      context.writeAndFlush(answer, context.voidPromise());
      int number = Integer.parseInt(name.substring(name.lastIndexOf('-') + 1));
      connected(context.channel(), number);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      if (rate == 0) {
        push();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }
}
