package dev.tidings.node.mqtt.connection;

import dev.tidings.auth.device.DeviceIdentity;
import dev.tidings.node.mqtt.connect.ConnectRefusal;
import dev.tidings.node.mqtt.decode.PacketDecoder;
import dev.tidings.node.route.ConnectTap;
import dev.tidings.node.route.OwnerRoute;
import dev.tidings.node.session.CloseReason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import java.util.Optional;

/**
 * The device's inbox is at another node: a route to it is sought. If there is one, that node gets
 * all bytes received so far and speaks MQTT, and this connection only passes bytes on.
 */
final class SeekingOwner implements ConnectPhase, OwnerRoute.RouteListener {
  private final DeviceConnection connection;
  private final PendingConnect pending;
  private final DeviceIdentity identity;
  private final long deadline;

  private SeekingOwner(
      DeviceConnection connection, PendingConnect pending, DeviceIdentity identity, long deadline) {
    this.connection = connection;
    this.pending = pending;
    this.identity = identity;
    this.deadline = deadline;
  }

  static void begin(
      DeviceConnection connection,
      PendingConnect pending,
      DeviceIdentity identity,
      long deadline,
      OwnerRoute route) {
    SeekingOwner phase = new SeekingOwner(connection, pending, identity, deadline);
    connection.enter(phase);
    route.seek(pending.request().device(), connection.channel(), phase);
  }

  @Override
  public void open(OwnerRoute.OpenRoute openRoute) {
    assert connection.executor().inEventLoop();
    ConnectTap received = connection.channel().pipeline().get(ConnectTap.class);
    if (connection.isIn(this) && received != null) {
      handOver(openRoute, received.take());
    } else {
      openRoute.abandon();
    }
  }

  private void handOver(OwnerRoute.OpenRoute route, ByteBuf received) {
    connection.services().meters().relayed();
    Channel channel = connection.channel();
    ChannelPipeline pipeline = channel.pipeline();
    connection.over();
    // Undecoded bytes are passed to the connection once more, to be dropped.
    pipeline.remove(PacketDecoder.class);
    pipeline.remove(MqttEncoder.class);
    Optional<DeviceIdentity> proven =
        connection.services().authenticator().proves() ? Optional.of(identity) : Optional.empty();
    pipeline.replace(connection, null, route.take(received, proven));
    connection.flow().passes();
    connection.flow().resumeReading(channel);
  }

  @Override
  public void unreachable() {
    assert connection.executor().inEventLoop();
    if (connection.isIn(this)) {
      connection.refuse(ConnectRefusal.UNAVAILABLE);
    }
  }

  @Override
  public void closeFor(CloseReason closeReason) {
    connection.refuse(ConnectRefusal.UNAVAILABLE);
  }

  @Override
  public void take(MqttMessage packet) {
    pending.queue(packet);
  }

  @Override
  public long deadline() {
    return deadline;
  }

  @Override
  public void timeIsUp() {
    connection.refuse(ConnectRefusal.UNAVAILABLE);
  }

  @Override
  public void ended() {
    pending.drop();
  }
}
