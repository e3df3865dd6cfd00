package dev.tidings.node.mqtt.connection;

import dev.tidings.auth.device.DeviceIssuer;
import dev.tidings.node.flow.Flow;
import dev.tidings.node.mqtt.connect.ConnAcks;
import dev.tidings.node.mqtt.connect.ConnectRefusal;
import dev.tidings.node.mqtt.connect.ConnectRequest;
import dev.tidings.node.mqtt.dispatch.OpenConnection;
import dev.tidings.node.mqtt.packet.Packets;
import dev.tidings.node.mqtt.publish.ChannelLink;
import dev.tidings.node.route.ConnectTap;
import dev.tidings.node.route.ConnectionOrigin;
import dev.tidings.node.session.AttachRefusal;
import dev.tidings.node.session.CloseReason;
import dev.tidings.node.session.Session;
import dev.tidings.node.session.SessionKeeper;
import dev.tidings.schemas.value.DeviceId;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of a device, from its first packet to its last. Passes what happens to its present
 * {@link ConnectPhase}, and keeps the deadline of that. Confined to the channel's event loop; other
 * threads reach it through {@link ChannelLink} and {@link #onLoop}.
 */
public final class DeviceConnection extends ConnectionOutput
    implements OpenConnection, ChannelLink.Receiver {
  private static final Logger log = LoggerFactory.getLogger(DeviceConnection.class);

  /**
   * Reasons for which a device is to come back soon. MQTT 5 has codes for them, but some clients,
   * libmosquitto for one, take each DISCONNECT of a server as final; a connection that just closes
   * they open again.
   */
  private static final Set<Disconnect> TEMPORARY =
      EnumSet.of(
          Disconnect.SERVER_SHUTTING_DOWN,
          Disconnect.SERVER_MOVED,
          Disconnect.SERVER_BUSY,
          Disconnect.KEEP_ALIVE_TIMEOUT);

  private final ConnectionServices services;
  private final ConnectionOrigin connectionOrigin;
  private @Nullable ConnectionTimer timer;
  private @Nullable Flow flow;
  private ConnectPhase phase = new AwaitingConnect(this, ConnectPhase.NEVER);

  // From CONNECT on.
  private @Nullable DeviceId device;
  private boolean knowsTidings;
  private int maxPacketBytes = Integer.MAX_VALUE;

  /** Who vouches for the device, as far as that is decided. */
  private volatile DeviceIssuer issuer = DeviceIssuer.LASTING;

  /** How many notifications the link has sent. */
  private volatile int notificationsSent;

  /** If the origin has an owner route, a {@link ConnectTap} is to be in the pipeline as well. */
  public DeviceConnection(ConnectionServices services, ConnectionOrigin connectionOrigin) {
    this.services = services;
    this.connectionOrigin = connectionOrigin;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    super.handlerAdded(ctx);
    timer = new ConnectionTimer(ctx.executor(), this);
    flow = Flow.in(ctx.pipeline(), services.flow());
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    enter(new AwaitingConnect(this, nanoTime() + services.connectTimeout().toNanos()));
    ctx.fireChannelActive();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    over();
    ctx.fireChannelInactive();
  }

  // ---- Packets from the device

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object received) {
    if (received instanceof MqttMessage packet) {
      flow().complete();
      take(packet);
    } else {
      ReferenceCountUtil.release(received);
    }
  }

  /** Responses are sent together, when all available input has been read. */
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    flush();
    ctx.fireChannelReadComplete();
  }

  void take(MqttMessage packet) {
    phase.take(packet);
  }

  // ---- Calls from the inbox

  @Override
  public void attached(
      Session session, ConnectRequest request, CompletableFuture<SessionKeeper.Kept> begun) {
    assert executor().inEventLoop();
    phase.attached(session, request, begun);
  }

  @Override
  public void refused(AttachRefusal refusal) {
    assert executor().inEventLoop();
    phase.refused(refusal);
  }

  @Override
  public void closeFor(CloseReason closeReason) {
    assert executor().inEventLoop();
    phase.closeFor(closeReason);
  }

  @Override
  public boolean isProofOver() {
    return !issuer.isInForce();
  }

  @Override
  public void lookAtApps() {
    if (issuer.entry().isPresent()) {
      onLoop(() -> phase.lookAtApps());
    }
  }

  @Override
  public void sending(int soFar) {
    notificationsSent = soFar;
  }

  @Override
  public void holdBack(boolean now) {
    flow().acknowledgementsWait(channel(), now);
  }

  @Override
  public int notificationsSent() {
    return notificationsSent;
  }

  // ---- For the phases

  /** Whoever has vouched for the device before, this one does now. */
  void vouchedFor(DeviceIssuer by) {
    issuer = by;
  }

  ConnectionServices services() {
    return services;
  }

  ConnectionOrigin origin() {
    return connectionOrigin;
  }

  /** Returns the time by the clock of the phases' deadlines. */
  @Override
  public long nanoTime() {
    return timer().nanoTime();
  }

  ConnectPhase phase() {
    return phase;
  }

  void enter(ConnectPhase next) {
    assert executor().inEventLoop();
    phase = next;
    timer().noLaterThan(next.deadline());
  }

  /** The deadline of the present phase may be earlier than it was. */
  void deadlineMoved() {
    timer().noLaterThan(phase.deadline());
  }

  /** Whether the phase is the present one: if not, an answer to it comes too late. */
  boolean isIn(ConnectPhase asked) {
    assert executor().inEventLoop();
    return phase == asked;
  }

  /** Runs the task in the event loop, at once if the caller is there. */
  void onLoop(Runnable task) {
    if (executor().inEventLoop()) {
      task.run();
      return;
    }
    try {
      executor().execute(task);
    } catch (RejectedExecutionException e) {
      log.debug("device {}: connection lost: its event loop has stopped", device);
    }
  }

  /** The device accepts no larger packet. */
  void limitPackets(int bytes) {
    maxPacketBytes = bytes;
  }

  /**
   * Names the device in log lines from now on.
   *
   * @param knows whether the client was written for Tidings, and comes back after a DISCONNECT
   */
  void identify(DeviceId said, boolean knows) {
    device = said;
    knowsTidings = knows;
  }

  /** Stops reading until {@link #resumeReading}. */
  void pauseReading() {
    flow().pauseReading(channel());
  }

  void resumeReading() {
    flow().resumeReading(channel());
  }

  Flow flow() {
    return present(flow);
  }

  /** The CONNECT is decided: nobody else has to read it. */
  void forgetReceived() {
    if (connectionOrigin.ownerRoute().isPresent()) {
      ChannelPipeline pipeline = channel().pipeline();
      if (pipeline.get(ConnectTap.class) != null) {
        pipeline.remove(ConnectTap.class);
      }
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    phase.writabilityChanged();
    ctx.fireChannelWritabilityChanged();
  }

  // ---- The end

  @Override
  boolean isClosing() {
    return phase instanceof Closing;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException || cause instanceof CodecException) {
      log.debug("device {}: connection lost: {}", device, cause.toString());
      leave(null);
      return;
    }
    log.warn("device {}: connection closed: {}", device, cause.toString());
    log.debug("device {}: connection closed", device, cause);
    if (phase instanceof Open) {
      disconnect(Disconnect.UNSPECIFIED_ERROR);
    } else {
      leave(null);
    }
  }

  @Override
  public void protocolError(Disconnect reason) {
    services.meters().protocolError(reason);
    log.debug("device {}: protocol error: {}", device, reason);
    disconnect(reason);
  }

  void refuse(ConnectRefusal why) {
    refuse(why, ConnAcks.refused(version(), why, maxPacketBytes).orElse(null));
  }

  void refuse(ConnectRefusal why, @Nullable MqttConnAckMessage answer) {
    services.meters().refused(why);
    log.debug("device {}: connect refused: {}", device, why.label());
    leave(answer);
  }

  @Override
  public void disconnect(Disconnect reason) {
    boolean told = version() == MqttVersion.MQTT_5 && (knowsTidings || !TEMPORARY.contains(reason));
    leave(told ? Packets.lastWord(allocator(), reason) : null);
  }

  @Override
  public void leave(@Nullable Object last) {
    if (isClosing()) {
      ReferenceCountUtil.release(last);
      return;
    }
    ConnectPhase left = phase;
    Closing closing = new Closing(this, nanoTime() + services.lingerTimeout().toNanos());
    enter(closing);
    forgetReceived();
    left.ended();
    if (last == null) {
      flush();
      close();
      return;
    }
    // Further input is read and dropped, so that the device gets to read the reason.
    flow().drain(channel());
    writeLast(last).addListener(written -> closing.lastWritten((ChannelFuture) written));
  }

  /** The channel is closed, or is about to belong to another handler. */
  void over() {
    timer().cancel();
    dropAnswers();
    ConnectPhase left = phase;
    phase = new Closing(this, ConnectPhase.NEVER);
    forgetReceived();
    left.ended();
  }

  private ConnectionTimer timer() {
    return present(timer);
  }
}
