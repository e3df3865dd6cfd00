package dev.tidings.http.exchange;

import dev.tidings.http.limit.Handshakes;
import dev.tidings.http.limit.Peers;
import dev.tidings.net.limit.OverloadLog;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.util.concurrent.CompletableFuture;

/**
 * Counts the connections of a port as they are accepted, and closes those that are too many, in all
 * or from one address, or that come too fast from one. Thread-safe.
 */
@Sharable
public final class Connections extends ChannelInboundHandlerAdapter {
  private final Peers peers;
  private final Handshakes handshakes;
  private final OverloadLog overload =
      new OverloadLog(
          "at most max.connections, max.connections.per.address of one address, and within TLS"
              + " max.handshakes.per.address new ones in a second");
  private final CompletableFuture<Void> none = new CompletableFuture<>();
  private volatile boolean ending;

  /**
   * @param handshakes those that each connection begins with
   */
  public Connections(Peers peers, Handshakes handshakes) {
    this.peers = peers;
    this.handshakes = handshakes;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof Channel accepted)) {
      ctx.fireChannelRead(message);
      return;
    }
    Peers.Peer peer =
        handshakes.begin(accepted.remoteAddress()) ? peers.connect(accepted.remoteAddress()) : null;
    if (peer == null) {
      refuse(ctx, accepted);
      return;
    }
    ChannelConnection.attach(accepted, peer);
    accepted.closeFuture().addListener(closed -> closed(peer));
    ctx.fireChannelRead(message);
  }

  private void refuse(ChannelHandlerContext ctx, Channel accepted) {
    // SO_LINGER 0 sends RST, so no TIME_WAIT entry remains.
    accepted.config().setOption(ChannelOption.SO_LINGER, 0);
    accepted.unsafe().closeForcibly();
    overload.turnedAway(ctx.executor());
  }

  private void closed(Peers.Peer peer) {
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
