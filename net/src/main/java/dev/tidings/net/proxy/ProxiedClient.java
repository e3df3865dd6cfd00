package dev.tidings.net.proxy;

import dev.tidings.net.limit.ClientAddress;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection through a trusted proxy, until its own handlers are in the pipeline. What has come
 * behind the header is kept for them: they may be added later, when there is room for one more.
 */
public final class ProxiedClient extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(ProxiedClient.class);

  /** Reading has stopped then; more than what was received in one go does not come. */
  private static final int MOST_KEPT = 64 * 1024;

  private final Duration atMost;
  private final Runnable refused;
  private final Next next;
  private final Deque<ByteBuf> kept = new ArrayDeque<>();
  private int keptBytes;
  private boolean known;
  private boolean begun;
  private boolean over;
  private @Nullable Future<?> timeout;

  /** Takes a connection on whose client's address is known. */
  @FunctionalInterface
  public interface Next {
    /**
     * Adds the handlers at the end of the pipeline, now or later, and then runs the task, on the
     * event loop. If it does so later, it fires that the channel is active.
     */
    void arrived(Runnable begun);
  }

  ProxiedClient(Duration atMost, Runnable refused, Next next) {
    this.atMost = atMost;
    this.refused = refused;
    this.next = next;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    timeout =
        ctx.executor()
            .schedule(
                () -> refuse(ctx, "no header in time"), atMost.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf bytes && known) {
      keep(ctx, bytes);
      return;
    }
    try {
      if (message instanceof HAProxyMessage header) {
        arrived(ctx, header);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void keep(ChannelHandlerContext ctx, ByteBuf bytes) {
    kept.add(bytes);
    keptBytes += bytes.readableBytes();
    if (keptBytes > MOST_KEPT) {
      ctx.close();
    }
  }

  private void arrived(ChannelHandlerContext ctx, HAProxyMessage header) {
    known = true;
    forgetTimeout();
    client(header).ifPresent(client -> ClientAddress.set(ctx.channel(), client));
    next.arrived(() -> begun = true);
    if (begun) {
      begin(ctx);
    }
  }

  /** Returns the client's address; empty if the proxy speaks for itself, or knows none. */
  private static Optional<InetSocketAddress> client(HAProxyMessage header) {
    HAProxyProxiedProtocol protocol = header.proxiedProtocol();
    if (header.command() != HAProxyCommand.PROXY
        || (protocol != HAProxyProxiedProtocol.TCP4 && protocol != HAProxyProxiedProtocol.TCP6)) {
      return Optional.empty();
    }
    byte[] address = NetUtil.createByteArrayFromIpAddressString(header.sourceAddress());
    return address == null
        ? Optional.empty()
        : Optional.of(new InetSocketAddress(host(address), header.sourcePort()));
  }

  /**
   * Returns the address; an IPv4 one within IPv6, as of a balancer that listens on both, counts as
   * what it is, for else all of them would be one IPv6 network.
   */
  private static InetAddress host(byte[] address) {
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** For the new handlers the channel becomes active only now. */
  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (begun) {
      begin(ctx);
    }
  }

  private void begin(ChannelHandlerContext ctx) {
    ctx.fireChannelActive();
    if (!kept.isEmpty()) {
      for (ByteBuf bytes = kept.poll(); bytes != null; bytes = kept.poll()) {
        ctx.fireChannelRead(bytes);
      }
      ctx.fireChannelReadComplete();
    }
    ctx.pipeline().remove(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    refuse(ctx, cause.toString());
  }

  private void refuse(ChannelHandlerContext ctx, String why) {
    if (over) {
      // What is left of it when the channel closes is no header either.
      return;
    }
    over = true;
    refused.run();
    log.debug("{}: connection of a proxy refused: {}", ctx.channel().remoteAddress(), why);
    ctx.close();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    forgetTimeout();
    for (ByteBuf bytes = kept.poll(); bytes != null; bytes = kept.poll()) {
      bytes.release();
    }
  }

  private void forgetTimeout() {
    if (timeout != null) {
      timeout.cancel(false);
      timeout = null;
    }
  }
}
