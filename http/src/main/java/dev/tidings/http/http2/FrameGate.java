package dev.tidings.http.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DecoratingHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Looks at each frame before Netty does, for two things. Netty takes frames of a stream that it
 * never made, for its headers were malformed or there were too many, for a breach of the protocol,
 * and would end all the others with it; RFC 9113 (sections 5.1 and 8.1.1) makes that the stream's
 * own affair. And somebody has to know since when a frame or a header block is not all there.
 */
final class FrameGate extends DecoratingHttp2ConnectionDecoder {
  private static final int TYPE_AT = 3;
  private static final int FLAGS_AT = 4;
  private static final int STREAM_AT = 5;
  private static final int MAX_STREAM = 0x7fffffff;
  private static final int END_HEADERS = 4;
  private static final int NONE = -1;

  private final LongSupplier nanoTime;
  private final ResetStreams resets = new ResetStreams();
  // The newest stream the client has begun, and the ids it has left out before it.
  private int newest = NONE;
  private int leftOutFrom = NONE;
  private int leftOutTo = NONE;
  private boolean inHeaders;
  private boolean late;
  private boolean stopped;
  private boolean waiting;
  private long waitingSinceNanos;

  FrameGate(Http2ConnectionDecoder netty, LongSupplier nanoTime) {
    super(netty);
    this.nanoTime = nanoTime;
  }

  @Override
  public void decodeFrame(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
      throws Http2Exception {
    try {
      for (int length = wholeFrame(in); length > 0 && !stopped; length = wholeFrame(in)) {
        int end = in.writerIndex();
        // What Netty is to see: this frame alone.
        in.writerIndex(in.readerIndex() + length);
        try {
          frame(ctx, in, out);
        } finally {
          in.writerIndex(end);
          waiting &= inHeaders;
        }
      }
    } finally {
      if (stopped) {
        in.skipBytes(in.readableBytes());
      } else if (!waiting && (inHeaders || in.isReadable())) {
        waiting = true;
        waitingSinceNanos = nanoTime.getAsLong();
      }
    }
  }

  /** The length of the next frame; negative if it is not all there. */
  private static int wholeFrame(ByteBuf in) {
    int there = in.readableBytes();
    if (there < Http2CodecUtil.FRAME_HEADER_LENGTH) {
      return NONE;
    }
    int payload = in.getUnsignedMedium(in.readerIndex());
    if (payload > Http2CodecUtil.MAX_FRAME_SIZE_LOWER_BOUND) {
      // More than was agreed on: Netty says so.
      return Http2CodecUtil.FRAME_HEADER_LENGTH;
    }
    int length = Http2CodecUtil.FRAME_HEADER_LENGTH + payload;
    return there < length ? NONE : length;
  }

  private void frame(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
      throws Http2Exception {
    int at = in.readerIndex();
    byte type = in.getByte(at + TYPE_AT);
    int id = in.getInt(at + STREAM_AT) & MAX_STREAM;
    late = false;
    switch (type) {
      case Http2FrameTypes.HEADERS -> {
        if (!inHeaders) {
          head(id);
        }
        inHeaders = (in.getByte(at + FLAGS_AT) & END_HEADERS) == 0;
      }
      case Http2FrameTypes.CONTINUATION ->
          inHeaders &= (in.getByte(at + FLAGS_AT) & END_HEADERS) == 0;
      case Http2FrameTypes.DATA -> {
        if (!inHeaders && isOver(id)) {
          // It counts for the connection's window all the same.
          in.skipBytes(Http2CodecUtil.FRAME_HEADER_LENGTH);
          flowController().receiveFlowControlledFrame(null, in, 0, false);
          in.skipBytes(in.readableBytes());
          return;
        }
      }
      case Http2FrameTypes.RST_STREAM, Http2FrameTypes.WINDOW_UPDATE -> {
        if (!inHeaders && isOver(id)) {
          in.skipBytes(in.readableBytes());
          return;
        }
      }
      default -> {
        // Of no concern here.
      }
    }
    super.decodeFrame(ctx, in, out);
  }

  private void head(int id) throws Http2Exception {
    if ((id & 1) == 0) {
      throw Http2Exception.connectionError(
          Http2Error.PROTOCOL_ERROR, "stream: %d (expected: an odd number)", id);
    }
    Http2Stream stream = connection().stream(id);
    if (stream != null) {
      late = stream.state() == Http2Stream.State.HALF_CLOSED_REMOTE;
      return;
    }
    int before = newest();
    late = id <= before && id > connection().remote().lastStreamCreated();
    if (id > before) {
      if (id > before + 2) {
        leftOutFrom = before + 1;
        leftOutTo = id - 1;
      }
      newest = id;
    } else if (id >= leftOutFrom && id <= leftOutTo) {
      // RFC 9113, section 5.1.1: it was closed when a later one began.
      throw Http2Exception.connectionError(
          Http2Error.PROTOCOL_ERROR, "stream: %d (expected: more than %d)", id, before);
    }
  }

  private int newest() {
    return Math.max(newest, connection().remote().lastStreamCreated());
  }

  /** Whether a stream was reset by this end, or never made at all. */
  boolean isOver(int id) {
    return (id & 1) == 1
        && id <= newest
        && connection().stream(id) == null
        && (id > connection().remote().lastStreamCreated() || resets.contains(id));
  }

  /** A stream is being reset by this end. */
  void reset(int id) {
    resets.add(id);
  }

  /** Whether the frame that is being read is the head of a request that is over, or had its end. */
  boolean isLate() {
    return late;
  }

  /** Whether a client has begun a request at all. */
  boolean hasBegun() {
    return newest() > 0;
  }

  /** Drops whatever comes from now on. */
  void stop() {
    stopped = true;
    waiting = false;
  }

  /** Whether a frame, or a header block, has not been all there for so long. */
  boolean isWaiting(long now, long timeoutNanos) {
    return waiting && now - waitingSinceNanos >= timeoutNanos;
  }
}
