package dev.tidings.node.flow;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether a connection is read, for all following handlers: not while its output buffer is
 * full, even if they request it, because their responses would only fill it further. It is first in
 * the pipeline, because decoders and TLS request reads by themselves when they need more bytes. A
 * buffer that stays full for too long closes the connection, and so does a packet that stays
 * incomplete for too long, because its bytes are kept until then. Event loop only. Longer than
 * most: every connection has one, so what is only needed at times ({@link FullBuffer}, {@link
 * InputPace}) is apart, and nothing else.
 */
public final class Flow extends ChannelDuplexHandler {
  private static final Logger log = LoggerFactory.getLogger(Flow.class);
  private static final int CHECKS = 4;

  /** Incomplete packets up to this size are not counted. */
  private static final int SMALL = 4 * 1024;

  private static final int FULL = 1;
  private static final int PAUSED = 1 << 1;
  private static final int OTHER_FULL = 1 << 2;
  private static final int PACED = 1 << 3;
  private static final int DRAINED = 1 << 4;
  private static final int ANSWERS_WAIT = 1 << 5;
  private static final int ACKNOWLEDGEMENTS_WAIT = 1 << 6;

  private final FlowControl control;
  private final boolean paced;
  private int state;
  private long readSince;
  private @Nullable FullBuffer buffer;
  private @Nullable Future<?> check;
  private @Nullable InputPace pace;

  /** Bytes received since the last complete packet, and how many of them are counted. */
  private int unfinished;

  private int counted;

  /** MQTT's bytes of those received, if they are within frames. */
  private int ofPacket;

  private boolean passing;
  private @Nullable Future<?> completion;

  private Flow(FlowControl control, boolean paced) {
    this.control = control;
    this.paced = paced;
  }

  /** Returns the instance of a device's pipeline, after adding it if there is none yet. */
  public static Flow in(ChannelPipeline pipeline, FlowControl control) {
    return in(pipeline, control, true);
  }

  /** As {@link #in}, for a connection to another node, which may send without limit. */
  public static Flow toNode(ChannelPipeline pipeline, FlowControl control) {
    return in(pipeline, control, false);
  }

  private static Flow in(ChannelPipeline pipeline, FlowControl control, boolean paced) {
    Flow there = pipeline.get(Flow.class);
    if (there != null) {
      return there;
    }
    Flow flow = new Flow(control, paced);
    pipeline.addFirst(flow);
    return flow;
  }

  /** Returns the instance of a channel that has one. */
  public static Flow of(Channel channel) {
    Flow flow = channel.pipeline().get(Flow.class);
    if (flow == null) {
      throw new IllegalStateException("pipeline: no flow (expected: one, first)");
    }
    return flow;
  }

  /** Stops reading until {@link #resumeReading}. */
  public void pauseReading(Channel channel) {
    set(channel, PAUSED, true);
  }

  public void resumeReading(Channel channel) {
    set(channel, PAUSED, false);
  }

  /** Stops reading while the connection to which this one is relayed accepts no more. */
  public void otherFull(Channel channel, boolean full) {
    set(channel, OTHER_FULL, full);
  }

  /** Stops reading while responses of a kind that is limited in number are pending. */
  public void answersWait(Channel channel, boolean wait) {
    set(channel, ANSWERS_WAIT, wait);
  }

  /** Stops reading while as many acknowledgements are pending as may be. */
  public void acknowledgementsWait(Channel channel, boolean wait) {
    set(channel, ACKNOWLEDGEMENTS_WAIT, wait);
  }

  /**
   * Reads to the end, regardless of the other calls: the caller drops the input and responds to
   * none of it.
   */
  public void drain(Channel channel) {
    set(channel, DRAINED, true);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (paced && message instanceof ByteBuf bytes) {
      count(ctx, bytes.readableBytes());
      gather(ctx, bytes.readableBytes());
    }
    ctx.fireChannelRead(message);
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    if (isRead()) {
      ctx.read();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    boolean full = !ctx.channel().isWritable();
    if (full != ((state & FULL) != 0)) {
      if (full) {
        filled(ctx);
      } else {
        emptied();
      }
      set(ctx.channel(), FULL, full);
    }
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    over();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    over();
  }

  private void over() {
    if ((state & FULL) != 0) {
      state &= ~FULL;
      emptied();
    }
    if (pace != null) {
      pace.cancel();
    }
    complete();
  }

  private void set(Channel channel, int reason, boolean on) {
    readSince = readSince(channel);
    state = on ? state | reason : state & ~reason;
    channel.config().setAutoRead(isRead());
  }

  /** Returns since when all that comes is read; the present while it is not, so is not heard. */
  public long readSince(Channel channel) {
    return isRead() ? readSince : channel.eventLoop().ticker().nanoTime();
  }

  private boolean isRead() {
    return (state & DRAINED) != 0 ? (state & PACED) == 0 : state == 0;
  }

  // ---- A full buffer

  private void filled(ChannelHandlerContext ctx) {
    FullBuffer full = new FullBuffer(ctx.channel(), now(ctx));
    buffer = full;
    if (control.filled()) {
      checkLater(ctx, full);
    } else {
      // Not from within a write.
      ctx.executor().execute(() -> cutOff(ctx, "too many take too little"));
    }
  }

  private void emptied() {
    control.emptied();
    buffer = null;
    if (check != null) {
      check.cancel(false);
      check = null;
    }
  }

  private void checkLater(ChannelHandlerContext ctx, FullBuffer full) {
    long patience = control.patience();
    long wait = Math.min(patience / CHECKS, patience - full.stalledFor(now(ctx)));
    check = ctx.executor().schedule(() -> check(ctx), Math.max(1, wait), TimeUnit.NANOSECONDS);
  }

  private void check(ChannelHandlerContext ctx) {
    FullBuffer full = buffer;
    if (full == null) {
      return;
    }
    long now = now(ctx);
    full.look(ctx.channel(), now);
    if (full.stalledFor(now) >= control.patience()) {
      cutOff(ctx, "takes no more bytes");
    } else if (full.fullFor(now) >= control.settings.fullTimeout().toNanos()) {
      cutOff(ctx, "takes too few bytes");
    } else {
      checkLater(ctx, full);
    }
  }

  private void cutOff(ChannelHandlerContext ctx, String why) {
    if (buffer != null) {
      control.stalled();
      log.debug("{}: {}, closed", ctx.channel().remoteAddress(), why);
      ctx.close();
    }
  }

  // ---- Incomplete packets

  /** The bytes received so far are a complete packet. */
  public void complete() {
    unfinished = 0;
    ofPacket = 0;
    if (counted != 0) {
      control.letsGo(counted);
      counted = 0;
      if (completion != null) {
        completion.cancel(false);
        completion = null;
      }
    }
  }

  /** These bytes, from within a frame, belong to a packet. */
  public static void isOfPacket(Channel channel, int bytes) {
    Flow flow = channel.pipeline().get(Flow.class);
    if (flow != null && !flow.passing) {
      flow.ofPacket += bytes;
    }
  }

  /**
   * What came last was no packet, but a frame such as a WebSocket ping: only bytes of packets are
   * kept behind it. How many bytes it was on the wire, within TLS perhaps, nobody needs to know.
   */
  public static void isNoPacket(Channel channel) {
    Flow flow = channel.pipeline().get(Flow.class);
    if (flow != null && flow.counted == 0) {
      flow.unfinished = Math.min(flow.unfinished, flow.ofPacket);
    }
  }

  /** From now on bytes are forwarded, and none are kept for an incomplete packet. */
  public void passes() {
    passing = true;
    complete();
  }

  private void gather(ChannelHandlerContext ctx, int bytes) {
    if (passing) {
      return;
    }
    unfinished += bytes;
    if (unfinished <= SMALL) {
      return;
    }
    if (counted == 0) {
      long patience = control.settings.writeTimeout().toNanos();
      completion =
          ctx.executor()
              .schedule(() -> neverFinished(ctx, "in time"), patience, TimeUnit.NANOSECONDS);
    }
    boolean fits = control.gathers(unfinished - counted);
    counted = unfinished;
    if (!fits) {
      // Not during a read: these bytes may complete the packet.
      ctx.executor().execute(() -> neverFinished(ctx, "while too many others are not"));
    }
  }

  private void neverFinished(ChannelHandlerContext ctx, String when) {
    if (counted != 0) {
      control.neverFinished();
      log.debug("{}: its packet is not complete {}, closed", ctx.channel().remoteAddress(), when);
      ctx.close();
    }
  }

  // ---- Too much input

  private void count(ChannelHandlerContext ctx, int bytes) {
    long now = now(ctx);
    InputPace counted = pace;
    if (counted == null) {
      counted = new InputPace(control.settings.burst(), control.settings.bytesPerSecond(), now);
      pace = counted;
    }
    long wait = counted.take(bytes, now);
    if (wait > 0 && (state & PACED) == 0) {
      control.paced();
      set(ctx.channel(), PACED, true);
      counted.resume(
          ctx.executor()
              .schedule(() -> set(ctx.channel(), PACED, false), wait, TimeUnit.NANOSECONDS));
    }
  }

  private static long now(ChannelHandlerContext ctx) {
    return ctx.executor().ticker().nanoTime();
  }
}
