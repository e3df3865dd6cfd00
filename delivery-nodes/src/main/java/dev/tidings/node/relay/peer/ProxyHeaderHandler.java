package dev.tidings.node.relay.peer;

import dev.tidings.auth.device.DeviceIdentity;
import dev.tidings.net.proxy.HeaderDecoder;
import dev.tidings.node.route.DeviceTransport;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives the connections that other nodes relay. Waits for the header, installs the handlers for
 * the following bytes and leaves the pipeline; a connection without a header, or with a late one,
 * is closed. A query for the ports ({@link PortList}) is answered, and so are questions about
 * devices ({@link QuestionHandler}). What the header says of the device's identity counts only if
 * the other end has proved that it is a node ({@link PeerGate}).
 */
public final class ProxyHeaderHandler extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(ProxyHeaderHandler.class);

  private final Duration atMost;
  private final List<Integer> ports;
  private final PeerRefusals refusals;
  private final DeviceQuestions questions;
  private final Next next;
  private @Nullable Future<?> timeout;

  /** Adds the MQTT handlers to a pipeline. */
  @FunctionalInterface
  public interface Next {
    /**
     * Adds the handlers, at the end.
     *
     * @param transport the device's transport at the other node
     * @param proven what the device has proved there, if that can be relied on
     */
    void install(
        ChannelPipeline pipeline, DeviceTransport transport, Optional<DeviceIdentity> proven);
  }

  private ProxyHeaderHandler(
      Duration atMost,
      List<Integer> ports,
      PeerRefusals refusals,
      DeviceQuestions questions,
      Next next) {
    this.atMost = atMost;
    this.ports = ports;
    this.refusals = refusals;
    this.questions = questions;
    this.next = next;
  }

  /**
   * Adds the handlers for a header to the pipeline.
   *
   * @param atMost how long the header may take
   * @param ports this node's relay ports, for the query
   * @param questions answers those about devices
   */
  public static void install(
      ChannelPipeline pipeline,
      Duration atMost,
      List<Integer> ports,
      PeerRefusals refusals,
      DeviceQuestions questions,
      Next next) {
    pipeline
        .addLast(HeaderDecoder.version2())
        .addLast(new ProxyHeaderHandler(atMost, ports, refusals, questions, next));
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    timeout = ctx.executor().schedule(() -> ctx.close(), atMost.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof HAProxyMessage header && header.command() == HAProxyCommand.LOCAL) {
        ctx.writeAndFlush(PortList.answer(ports)).addListener(ChannelFutureListener.CLOSE);
        return;
      }
      if (message instanceof HAProxyMessage header && ProxyHeader.announcesQuestion(header)) {
        QuestionHandler.install(ctx.pipeline(), questions, refusals);
        ctx.pipeline().remove(this);
        return;
      }
      Optional<ProxyHeader> origin =
          message instanceof HAProxyMessage header ? ProxyHeader.of(header) : Optional.empty();
      origin.ifPresentOrElse(
          from -> letIn(ctx, from), () -> turnAway(ctx, "no PROXY protocol of a node"));
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void letIn(ChannelHandlerContext ctx, ProxyHeader proxyHeader) {
    log.debug(
        "{}: relayed by {}, {}",
        proxyHeader.device(),
        ctx.channel().remoteAddress(),
        proxyHeader.transport().label());
    next.install(
        ctx.pipeline(),
        proxyHeader.transport(),
        PeerGate.isNode(ctx.channel()) ? proxyHeader.proven() : Optional.empty());
    // For the new handlers the channel becomes active only now.
    ctx.fireChannelActive();
    ctx.pipeline().remove(this);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    // Fired for the following handlers once they are installed.
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    turnAway(ctx, cause.toString());
  }

  private void turnAway(ChannelHandlerContext ctx, String why) {
    refusals.count(PeerRefusals.Reason.HEADER);
    log.debug("{}: relayed connection refused: {}", ctx.channel().remoteAddress(), why);
    ctx.close();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (timeout != null) {
      timeout.cancel(false);
    }
  }
}
