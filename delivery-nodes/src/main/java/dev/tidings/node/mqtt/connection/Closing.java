package dev.tidings.node.mqtt.connection;

import dev.tidings.node.route.CloseMode;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.util.ReferenceCountUtil;

/**
 * The end, reached or near: nothing more is written, and what is received is dropped. The device
 * has a time to read the last packet.
 */
final class Closing implements ConnectPhase {
  private final DeviceConnection connection;
  private final long deadline;

  Closing(DeviceConnection connection, long deadline) {
    this.connection = connection;
    this.deadline = deadline;
  }

  /** The last packet is written, or cannot be. */
  void lastWritten(ChannelFuture written) {
    if (connection.origin().closeMode() == CloseMode.OUTPUT_FIRST
        && written.isSuccess()
        && written.channel() instanceof DuplexChannel socket) {
      socket.shutdownOutput();
    } else {
      connection.close();
    }
  }

  @Override
  public void take(MqttMessage packet) {
    ReferenceCountUtil.release(packet);
  }

  @Override
  public long deadline() {
    return deadline;
  }

  /** Closes past the handlers: their closing handshakes have had their time. */
  @Override
  public void timeIsUp() {
    connection.channel().pipeline().firstContext().close();
  }

  @Override
  public void ended() {}
}
