package dev.tidings.node.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;

/** Reports when the first packet is complete, or will not arrive, and then leaves the pipeline. */
final class ConnectWatch extends ChannelInboundHandlerAdapter {
  private final PendingConnections.PendingConnection pendingConnection;

  private ConnectWatch(PendingConnections.PendingConnection pendingConnection) {
    this.pendingConnection = pendingConnection;
  }

  /** Installs the handler after the decoder and before the packet handler, which is last. */
  static void install(
      ChannelPipeline pipeline, PendingConnections.PendingConnection pendingConnection) {
    pipeline.addBefore(pipeline.lastContext().name(), null, new ConnectWatch(pendingConnection));
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object packet) {
    ctx.pipeline().remove(this);
    ctx.fireChannelRead(packet);
  }

  /** Called with the first packet, or because the channel is closed. */
  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    pendingConnection.done();
  }
}
