package dev.tidings.net.tls.handler;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/**
 * Passes the records of TLS on one by one, and none while the connection is not to be read: a
 * close_notify that has come with a request then waits until that is answered. BoringSSL writes
 * nothing any more once it has read one, although a client of TLS 1.3 may still read (RFC 8446,
 * section 6.1). The handler precedes the TLS handler; what is not TLS passes as it is. It keeps
 * what one read of the socket has brought. Confined to the event loop.
 */
public final class RecordsInTurn extends ChannelDuplexHandler {
  private static final int HEAD = 5;
  private static final int LENGTH = 3;
  private static final int FIRST_TYPE = 20;
  private static final int APPLICATION_DATA = 23;

  /**
   * No alert is longer: in TLS 1.3 it looks like data of 19 bytes, and clients pad it (Java's to
   * 35).
   */
  private static final int MOST_OF_ALERT = 64;

  private @Nullable ByteBuf held;

  /** Nothing is held back any more. */
  private boolean open;

  private boolean passing;

  /** The socket has no more; some transports close it when it is read even so. */
  private boolean ended;

  /** The protocol within TLS needs no turns. For the event loop. */
  public static void end(ChannelPipeline pipeline) {
    RecordsInTurn found = pipeline.get(RecordsInTurn.class);
    if (found != null) {
      found.open = true;
      found.passAll(pipeline.context(found));
    }
  }

  /** Whether a record waits for its turn: of a request, or the end of TLS. For the event loop. */
  public static boolean hasNext(ChannelPipeline pipeline) {
    RecordsInTurn found = pipeline.get(RecordsInTurn.class);
    return found != null && found.isNextWhole();
  }

  /**
   * Passes on what waits for its turn, though the socket has no more. For the event loop.
   *
   * @return whether there was something
   */
  public static boolean goOn(ChannelPipeline pipeline) {
    RecordsInTurn found = pipeline.get(RecordsInTurn.class);
    if (found == null
        || found.passing
        || !found.isNextWhole()
        || !pipeline.channel().config().isAutoRead()) {
      return false;
    }
    found.passAll(pipeline.context(found));
    return true;
  }

  private boolean isNextWhole() {
    ByteBuf waiting = held;
    return waiting != null && (open || length(waiting) <= waiting.readableBytes());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if ((open && held == null) || !(message instanceof ByteBuf bytes)) {
      ctx.fireChannelRead(message);
      return;
    }
    held =
        ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(
            ctx.alloc(), held == null ? Unpooled.EMPTY_BUFFER : held, bytes);
    pass(ctx, false);
  }

  private void passAll(ChannelHandlerContext ctx) {
    if (!passing && held != null) {
      pass(ctx, false);
      ctx.fireChannelReadComplete();
    }
  }

  /**
   * Passes what may be passed.
   *
   * @param over nothing comes behind it, so all but the end of TLS is passed
   */
  private void pass(ChannelHandlerContext ctx, boolean over) {
    if (passing) {
      return;
    }
    passing = true;
    try {
      while (held != null && (over || open || ctx.channel().config().isAutoRead())) {
        int length = open ? held.readableBytes() : length(held);
        if (length > held.readableBytes()
            || (over && length == held.readableBytes() && isLikeEnd(held, length))) {
          return;
        }
        ctx.fireChannelRead(next(held, length));
      }
    } finally {
      passing = false;
    }
  }

  private ByteBuf next(ByteBuf all, int length) {
    if (length < all.readableBytes()) {
      return all.readRetainedSlice(length);
    }
    held = null;
    return all;
  }

  /** Returns how long the record is that comes next; more than there is if that is not known. */
  private int length(ByteBuf bytes) {
    int type = bytes.getUnsignedByte(bytes.readerIndex());
    if (type < FIRST_TYPE || type > APPLICATION_DATA) {
      open = true;
      return bytes.readableBytes();
    }
    return bytes.readableBytes() < HEAD
        ? HEAD
        : HEAD + bytes.getUnsignedShort(bytes.readerIndex() + LENGTH);
  }

  private static boolean isLikeEnd(ByteBuf bytes, int length) {
    return length <= HEAD + MOST_OF_ALERT
        && bytes.getUnsignedByte(bytes.readerIndex()) == APPLICATION_DATA;
  }

  private void drop() {
    ByteBuf dropped = held;
    held = null;
    if (dropped != null) {
      dropped.release();
    }
  }

  /**
   * What has come is passed before more is read, and not from within whatever asks for more. The
   * TLS handler asks for more, too, if nothing was passed.
   */
  @Override
  public void read(ChannelHandlerContext ctx) {
    if (passing || !isNextWhole()) {
      ctx.read();
    } else if (open || ctx.channel().config().isAutoRead()) {
      ctx.executor().execute(() -> readOn(ctx));
    }
  }

  private void readOn(ChannelHandlerContext ctx) {
    if (!ctx.isRemoved()) {
      pass(ctx, false);
      ctx.fireChannelReadComplete();
      if (!ended && ctx.channel().config().isAutoRead()) {
        ctx.read();
      }
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      ended = true;
      pass(ctx, true);
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    drop();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    drop();
  }
}
