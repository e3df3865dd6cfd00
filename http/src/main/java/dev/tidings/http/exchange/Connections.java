package dev.tidings.http.exchange;

import dev.tidings.http.limit.Handshakes;
import dev.tidings.http.limit.Peers;
import dev.tidings.net.limit.ClientAddress;
import dev.tidings.net.limit.OverloadLog;
import dev.tidings.net.proxy.TrustedProxies;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.net.SocketAddress;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Counts the connections of a port as they are accepted, and closes those that are too many, in all
 * or from one address, or that come too fast from one. Thread-safe.
 */
@Sharable
public final class Connections extends ChannelInboundHandlerAdapter {
  private final Peers peers;
  private final Handshakes handshakes;
  private final TrustedProxies proxies;
  private final OverloadLog overload =
      new OverloadLog(
          "at most max.connections, max.connections.per.address of one address, and within TLS"
              + " max.handshakes.per.address new ones in a second");
  private final CompletableFuture<Void> none = new CompletableFuture<>();
  private volatile boolean ending;

  /**
   * @param handshakes those that each connection begins with
   * @param proxies whose connections count for their clients, when these are known
   */
  public Connections(Peers peers, Handshakes handshakes, TrustedProxies proxies) {
    this.peers = peers;
    this.handshakes = handshakes;
    this.proxies = proxies;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof Channel accepted)) {
      ctx.fireChannelRead(message);
      return;
    }
    boolean admitted = proxies.include(accepted) ? peers.open() : connect(accepted);
    if (!admitted) {
      reset(accepted);
      accepted.unsafe().closeForcibly();
      overload.turnedAway(ctx.executor());
      return;
    }
    accepted.closeFuture().addListener(closed -> closed(ChannelConnection.peer(accepted)));
    ctx.fireChannelRead(message);
  }

  private boolean connect(Channel accepted) {
    SocketAddress address = accepted.remoteAddress();
    Peers.Peer peer = handshakes.begin(address) ? peers.connect(address) : null;
    if (peer != null) {
      ChannelConnection.attach(accepted, peer);
    }
    return peer != null;
  }

  /**
   * Counts a connection of a proxy for its client, now that this is known; one too many is closed.
   * On the channel's event loop.
   */
  public boolean arrived(Channel channel) {
    SocketAddress address = ClientAddress.of(channel);
    Peers.Peer peer = handshakes.begin(address) ? peers.attribute(address) : null;
    if (peer == null) {
      reset(channel);
      channel.close();
      overload.turnedAway(channel.eventLoop());
      return false;
    }
    ChannelConnection.attach(channel, peer);
    return true;
  }

  /** SO_LINGER 0 sends RST, so no TIME_WAIT entry remains. */
  private static void reset(Channel channel) {
    channel.config().setOption(ChannelOption.SO_LINGER, 0);
  }

  private void closed(Peers.@Nullable Peer peer) {
    if (peers.disconnect(peer) && ending) {
      none.complete(null);
    }
  }

  /** Done when the last one is closed; to be called when no more are accepted. */
  public CompletableFuture<Void> none() {
    ending = true;
    if (peers.connections() == 0) {
      none.complete(null);
    }
    return none;
  }
}
