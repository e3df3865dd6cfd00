package dev.tidings.bench.provider;

import dev.tidings.bench.measure.Stamp;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A provider's connection: the part of HTTP/2 (RFC 9113) that is needed to send requests and read
 * their responses, with as little work as possible. Confined to its event loop. Longer than most,
 * because it is one codec: frames are read and written where their state is.
 */
final class PushConnection extends ChannelInboundHandlerAdapter {
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private static final int FRAME_HEADER = 9;
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GOAWAY = 7;
  private static final int WINDOW_UPDATE = 8;
  private static final int CONTINUATION = 9;

  private static final int END_STREAM = 0x1;
  private static final int ACK = 0x1;
  private static final int END_HEADERS = 0x4;
  private static final int PADDED = 0x8;
  private static final int PRIORITY = 0x20;

  private static final int HEADER_TABLE_SIZE = 1;
  private static final int MAX_CONCURRENT_STREAMS = 3;
  private static final int INITIAL_WINDOW_SIZE = 4;
  private static final int DEFAULT_TABLE = 4096;
  private static final int DEFAULT_WINDOW = 65_535;
  private static final int GIVE_BACK = 16 << 10;

  /** {@code :status 200}, the first header; no other is read. */
  private static final int STATUS_200 = 0x88;

  /** The limit of requests without a response; a power of two. */
  private static final int SLOTS = 1 << 15;

  private final RequestTemplate template;
  private final SendLog sendLog;
  private final Runnable onCredit;
  private final byte[] payload;

  private final long[] meant = new long[SLOTS];
  private final int[] device = new int[SLOTS];
  private final int[] sequence = new int[SLOTS];
  private final boolean[] open = new boolean[SLOTS];

  private @Nullable Channel channel;
  private @Nullable ByteBuf rest;
  private @Nullable ByteBuf out;
  private boolean ready;
  private int nextStream = 1;
  private int openStreams;
  private long maxStreams = Long.MAX_VALUE;
  private long streamWindow = DEFAULT_WINDOW;
  private long window = DEFAULT_WINDOW;
  private int taken;

  PushConnection(RequestTemplate template, SendLog sendLog, int payloadBytes, Runnable onCredit) {
    this.template = template;
    this.sendLog = sendLog;
    this.payload = Stamp.payload(payloadBytes);
    this.onCredit = onCredit;
  }

  boolean canSend() {
    return ready
        && openStreams < maxStreams
        && window >= payload.length
        && streamWindow >= payload.length
        && !open[slot(nextStream)];
  }

  int unanswered() {
    return openStreams;
  }

  boolean isReady() {
    return ready;
  }

  /** Sends a request with the next {@link #flush}. May be called only if {@link #canSend}. */
  void send(int toDevice, int number, byte[] token, long when) {
    int stream = nextStream;
    nextStream += 2;
    int slot = slot(stream);
    open[slot] = true;
    meant[slot] = when;
    device[slot] = toDevice;
    sequence[slot] = number;
    openStreams++;
    window -= payload.length;
    ByteBuf to = out();
    int start = to.writerIndex();
    to.writeZero(FRAME_HEADER);
    template.write(to, token, stream == 1);
    frameHeader(to, start, to.writerIndex() - start - FRAME_HEADER, HEADERS, END_HEADERS, stream);
    int dataStart = to.writerIndex();
    to.writeZero(FRAME_HEADER);
    Stamp.write(payload, toDevice, number, when);
    to.writeBytes(payload);
    frameHeader(to, dataStart, payload.length, DATA, END_STREAM, stream);
    sendLog.sent();
  }

  void flush() {
    ByteBuf to = out;
    Channel current = channel;
    if (to != null && current != null) {
      out = null;
      current.writeAndFlush(to, current.voidPromise());
    }
  }

  void close() {
    ready = false;
    if (channel != null) {
      channel.close();
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    channel = context.channel();
    ByteBuf hello = context.alloc().ioBuffer(PREFACE.length + FRAME_HEADER + 6);
    hello.writeBytes(PREFACE);
    int start = hello.writerIndex();
    hello.writeZero(FRAME_HEADER);
    // No server push.
    hello.writeShort(2).writeInt(0);
    frameHeader(hello, start, 6, SETTINGS, 0, 0);
    context.writeAndFlush(hello, context.voidPromise());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    ByteBuf before = rest;
    if (before != null) {
      rest = null;
      before.writeBytes(in);
      in.release();
      in = before;
    }
    long now = System.nanoTime();
    while (in.readableBytes() >= FRAME_HEADER) {
      int start = in.readerIndex();
      int length = in.getUnsignedMedium(start);
      if (in.readableBytes() < FRAME_HEADER + length) {
        break;
      }
      frame(in, start, length, now);
      in.skipBytes(FRAME_HEADER + length);
    }
    if (in.isReadable()) {
      rest = context.alloc().buffer(2 * in.readableBytes()).writeBytes(in);
    }
    in.release();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    onCredit.run();
    flush();
  }

  private void frame(ByteBuf in, int start, int length, long now) {
    int flags = in.getUnsignedByte(start + 4);
    int stream = in.getInt(start + 5) & 0x7FFFFFFF;
    int body = start + FRAME_HEADER;
    switch (in.getUnsignedByte(start + 3)) {
      case HEADERS -> headers(in, body, flags, stream, now);
      case DATA -> data(in, body, length, flags, stream);
      case SETTINGS -> settings(in, body, length, flags);
      case WINDOW_UPDATE -> {
        if (stream == 0) {
          window += in.getInt(body) & 0x7FFFFFFF;
        }
      }
      case PING -> {
        if ((flags & ACK) == 0) {
          ByteBuf to = out();
          int at = to.writerIndex();
          to.writeZero(FRAME_HEADER).writeBytes(in, body, length);
          frameHeader(to, at, length, PING, ACK, 0);
        }
      }
      case RST_STREAM -> {
        refuse(stream, "RST_STREAM " + in.getInt(body));
        end(stream);
      }
      case GOAWAY -> ready = false;
      case CONTINUATION -> throw new IllegalStateException("frame: CONTINUATION (expected: none)");
      default -> {
        // PRIORITY, and unknown types.
      }
    }
  }

  private void headers(ByteBuf in, int body, int flags, int stream, long now) {
    int at = body + ((flags & PADDED) != 0 ? 1 : 0) + ((flags & PRIORITY) != 0 ? 5 : 0);
    int slot = slot(stream);
    if (in.getUnsignedByte(at) == STATUS_200) {
      sendLog.accepted(meant[slot], now);
    } else if ((flags & END_STREAM) != 0) {
      refuse(stream, "no reason");
    }
    if ((flags & END_STREAM) != 0) {
      end(stream);
    }
  }

  /** Only refusals have a body. */
  private void data(ByteBuf in, int body, int length, int flags, int stream) {
    if (length > 0) {
      refuse(stream, in.toString(body, length, StandardCharsets.UTF_8));
    }
    taken += length;
    if (taken >= GIVE_BACK) {
      ByteBuf to = out();
      int at = to.writerIndex();
      to.writeZero(FRAME_HEADER).writeInt(taken);
      frameHeader(to, at, 4, WINDOW_UPDATE, 0, 0);
      taken = 0;
    }
    if ((flags & END_STREAM) != 0) {
      end(stream);
    }
  }

  private void settings(ByteBuf in, int body, int length, int flags) {
    if ((flags & ACK) != 0) {
      return;
    }
    for (int at = body; at < body + length; at += 6) {
      long value = in.getUnsignedInt(at + 2);
      switch (in.getUnsignedShort(at)) {
        case HEADER_TABLE_SIZE -> {
          if (value < DEFAULT_TABLE) {
            throw new IllegalStateException(
                "header table size: %d (expected: at least %d)".formatted(value, DEFAULT_TABLE));
          }
        }
        case MAX_CONCURRENT_STREAMS -> maxStreams = value;
        case INITIAL_WINDOW_SIZE -> streamWindow = value;
        default -> {
          // Ignored.
        }
      }
    }
    ByteBuf to = out();
    int at = to.writerIndex();
    to.writeZero(FRAME_HEADER);
    frameHeader(to, at, 0, SETTINGS, ACK, 0);
    ready = true;
  }

  private void refuse(int stream, String why) {
    int slot = slot(stream);
    if (open[slot]) {
      sendLog.refused(device[slot], sequence[slot], why);
    }
  }

  private void end(int stream) {
    int slot = slot(stream);
    if (open[slot]) {
      open[slot] = false;
      openStreams--;
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    ready = false;
    for (int slot = 0; slot < SLOTS; slot++) {
      if (open[slot]) {
        sendLog.refused(device[slot], sequence[slot], "connection lost");
        open[slot] = false;
      }
    }
    openStreams = 0;
    if (rest != null) {
      rest.release();
      rest = null;
    }
    if (out != null) {
      out.release();
      out = null;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    sendLog.refused(-1, -1, String.valueOf(cause));
    context.close();
  }

  private ByteBuf out() {
    ByteBuf to = out;
    if (to == null) {
      Channel current = channel;
      if (current == null) {
        throw new IllegalStateException("not connected");
      }
      to = current.alloc().ioBuffer(4096);
      out = to;
    }
    return to;
  }

  private static int slot(int stream) {
    return (stream >>> 1) & (SLOTS - 1);
  }

  private static void frameHeader(
      ByteBuf out, int at, int length, int type, int flags, int stream) {
    out.setMedium(at, length);
    out.setByte(at + 3, type);
    out.setByte(at + 4, flags);
    out.setInt(at + 5, stream);
  }
}
