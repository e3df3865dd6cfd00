package dev.tidings.node.relay;

import dev.tidings.auth.Decision;
import dev.tidings.auth.node.NodeIdentity;
import dev.tidings.node.relay.peer.PeerGate;
import dev.tidings.node.relay.peer.PeerTls;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.haproxy.HAProxyMessageEncoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;

/**
 * Opens connections to other nodes that are ready for a PROXY header: those within TLS once the
 * other end has proved that it is a node. Thread-safe.
 */
final class PeerConnector {
  private final RelaySettings settings;
  private final Supplier<Bootstrap> outgoing;
  private final Optional<PeerTls> tls;

  /**
   * @param outgoing a bootstrap for connections to other nodes, without loop and handler
   */
  PeerConnector(RelaySettings settings, Supplier<Bootstrap> outgoing, Optional<PeerTls> tls) {
    this.settings = settings;
    this.outgoing = outgoing;
    this.tls = tls.filter(PeerTls::connects);
  }

  /** Whether the other node can rely on what this one tells it. */
  boolean isProven() {
    return tls.isPresent();
  }

  /** Opens a connection, on the event loop. */
  ChannelFuture connect(InetSocketAddress node, EventLoop loop) {
    return outgoing
        .get()
        .group(loop)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) settings.connectTimeout().toMillis())
        // The owner closes its output first, and the device has to get all of it.
        .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
        // TLS has to be read; what a node says comes after the header only.
        .option(ChannelOption.AUTO_READ, tls.isPresent())
        .handler(handlers())
        .connect(node);
  }

  private ChannelHandler handlers() {
    if (tls.isEmpty()) {
      return HAProxyMessageEncoder.INSTANCE;
    }
    PeerTls peers = tls.get();
    return new ChannelInitializer<Channel>() {
      @Override
      protected void initChannel(Channel channel) {
        SslHandler handler = peers.connecting().get().newHandler(channel.alloc());
        handler.setHandshakeTimeout(settings.answerTimeout().toNanos(), TimeUnit.NANOSECONDS);
        channel.pipeline().addLast(handler).addLast(HAProxyMessageEncoder.INSTANCE);
      }
    };
  }

  /**
   * Returns when the other end of an open connection is known to be a node; if it is none, the
   * connection is closed.
   */
  Future<Channel> proved(Channel channel) {
    if (tls.isEmpty()) {
      return channel.eventLoop().newSucceededFuture(channel);
    }
    PeerTls peers = tls.get();
    Promise<Channel> proved = channel.eventLoop().newPromise();
    SslHandler handler = channel.pipeline().get(SslHandler.class);
    handler
        .handshakeFuture()
        .addListener(handshake -> {
          if (!handshake.isSuccess()) {
            fail(proved, channel, handshake.cause());
            return;
          }
          switch (PeerGate.decision(peers.nodes(), channel, handler.engine().getSession())) {
            case Decision.Accepted<NodeIdentity> _ -> proved.setSuccess(channel);
            case Decision.Refused<NodeIdentity>(var _, var detail) ->
                fail(proved, channel, new SSLException(detail));
          }
        });
    return proved;
  }

  private static void fail(Promise<Channel> proved, Channel channel, Throwable cause) {
    channel.close();
    proved.setFailure(cause);
  }
}
