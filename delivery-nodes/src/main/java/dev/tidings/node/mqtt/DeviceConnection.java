package dev.tidings.node.mqtt;

import dev.tidings.node.mqtt.connect.ConnAcks;
import dev.tidings.node.mqtt.connect.ConnectOutcome;
import dev.tidings.node.mqtt.connect.ConnectRefusal;
import dev.tidings.node.mqtt.connect.ConnectRequest;
import dev.tidings.node.mqtt.publish.AnswerWriter;
import dev.tidings.node.mqtt.register.Answers;
import dev.tidings.node.mqtt.register.Registrations;
import dev.tidings.node.mqtt.subscribe.SubscriptionAnswers;
import dev.tidings.node.session.Farewell;
import dev.tidings.node.session.Refusal;
import dev.tidings.node.session.Session;
import dev.tidings.schemas.value.DeviceId;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubAckMessage;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import io.netty.handler.codec.mqtt.MqttReasonCodes.PubAck;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of a device, from its first packet to its last: what comes when, and what has to
 * follow. Confined to the channel's event loop; {@link ChannelLink} is how others reach it.
 */
final class DeviceConnection extends ChannelDuplexHandler implements Answers {
  private static final Logger log = LoggerFactory.getLogger(DeviceConnection.class);

  /** Where the codec keeps the version that a CONNECT says, even one it can't decode further. */
  private static final AttributeKey<MqttVersion> CODEC_VERSION =
      AttributeKey.valueOf("NETTY_CODEC_MQTT_VERSION");

  private static final long NEVER = Long.MAX_VALUE;

  private enum Phase {
    /** The first packet has to be a CONNECT [MQTT-3.1.0-1]. */
    AWAITING_CONNECT,
    /** The inbox has been asked; packets are held until it answers. */
    ATTACHING,
    OPEN,
    /** Nothing more is written; what comes in is dropped. */
    CLOSING
  }

  // For the life of the connection.
  private final Protocol protocol;
  private final Admission admission;
  private final Hangup hangup;
  private @Nullable ChannelHandlerContext context;
  private @Nullable ConnectionTimer timer;
  private Phase phase = Phase.AWAITING_CONNECT;
  private long phaseEnds = NEVER;
  private boolean unflushed;

  // From CONNECT to CONNACK.
  private @Nullable ConnectRequest request;
  private @Nullable Deque<MqttMessage> held;

  // From CONNECT on.
  private @Nullable DeviceId device;
  private MqttVersion version = MqttVersion.MQTT_3_1_1;
  private int maxPacketBytes = Integer.MAX_VALUE;
  private long silenceAllowed;
  private long lastPacket;

  // From CONNACK on.
  private @Nullable Session session;
  private @Nullable Registrations registrations;
  private long stallEnds = NEVER;

  DeviceConnection(Protocol protocol, Admission admission, Hangup hangup) {
    this.protocol = protocol;
    this.admission = admission;
    this.hangup = hangup;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    timer = new ConnectionTimer(ctx.executor(), this::timeIsUp);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    enter(Phase.AWAITING_CONNECT, protocol.settings.connectTimeout());
    ctx.fireChannelActive();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    timer().cancel();
    phase = Phase.CLOSING;
    letGo();
    ctx.fireChannelInactive();
  }

  // ---- What the device sends

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object received) {
    if (!(received instanceof MqttMessage packet)) {
      ReferenceCountUtil.release(received);
      return;
    }
    lastPacket = timer().nanoTime();
    switch (phase) {
      case AWAITING_CONNECT -> first(packet);
      case ATTACHING -> hold(packet);
      case OPEN -> next(packet);
      case CLOSING -> ReferenceCountUtil.release(packet);
    }
  }

  /** Answers go out together, when all that came in at once has been read. */
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    flush();
    ctx.fireChannelReadComplete();
  }

  private void first(MqttMessage packet) {
    boolean isConnect =
        packet.fixedHeader() != null
            && packet.fixedHeader().messageType() == MqttMessageType.CONNECT;
    if (!isConnect) {
      ReferenceCountUtil.release(packet);
      protocol.meters.neverConnected();
      leave(null);
      return;
    }
    MqttVersion said = context().channel().attr(CODEC_VERSION).get();
    if (said != null) {
      version = said;
    }
    if (version == MqttVersion.MQTT_3_1) {
      refuse(ConnectRefusal.PROTOCOL_VERSION);
    } else if (packet.decoderResult().isFailure()) {
      refuse(DecodeFailures.refusal(packet.decoderResult().cause()));
    } else if (admission == Admission.BUSY) {
      refuse(ConnectRefusal.BUSY);
    } else {
      switch (protocol.connectCheck.check((MqttConnectMessage) packet)) {
        case ConnectOutcome.Granted(var granted) -> attach(granted);
        case ConnectOutcome.Refused(var why) -> refuse(why);
      }
    }
  }

  private void attach(ConnectRequest granted) {
    request = granted;
    device = granted.device();
    maxPacketBytes = granted.maxPacketBytes();
    // One and a half times the keep-alive [MQTT-3.1.2-22], in nanoseconds.
    silenceAllowed = granted.keepAliveSeconds() * 1_500_000_000L;
    enter(Phase.ATTACHING, protocol.settings.connectTimeout());
    context().channel().config().setAutoRead(false);
    ChannelLink link =
        new ChannelLink(this, context().channel(), protocol, version, maxPacketBytes);
    protocol.directory.attach(granted.device(), link, granted.credit());
  }

  /** What was decoded together with the CONNECT comes even though no more is being read. */
  private void hold(MqttMessage packet) {
    if (held == null) {
      held = new ArrayDeque<>();
    }
    held.add(packet);
  }

  private void next(MqttMessage packet) {
    try {
      if (packet.decoderResult().isFailure()) {
        protocolError(DecodeFailures.disconnect(packet.decoderResult().cause()));
        return;
      }
      switch (packet.fixedHeader().messageType()) {
        case PUBACK -> pubAck((MqttPubAckMessage) packet);
        case PINGREQ -> write(MqttMessage.PINGRESP);
        case PUBLISH -> publish((MqttPublishMessage) packet);
        case SUBSCRIBE -> subscribe((MqttSubscribeMessage) packet);
        case UNSUBSCRIBE -> unsubscribe((MqttUnsubscribeMessage) packet);
        case DISCONNECT -> leave(null);
        case PUBREC, PUBREL, PUBCOMP -> protocolError(Disconnect.QOS_NOT_SUPPORTED);
        // A second CONNECT [MQTT-3.1.0-2], an AUTH nobody asked for, what only servers send.
        default -> protocolError(Disconnect.PROTOCOL_ERROR);
      }
    } finally {
      ReferenceCountUtil.release(packet);
    }
  }

  /** Any reason code confirms: a device that refuses a notification would refuse it again. */
  private void pubAck(MqttPubAckMessage packet) {
    boolean refusedByDevice =
        packet.variableHeader() instanceof MqttPubReplyMessageVariableHeader header
            && header.reasonCode() < 0;
    protocol.meters.confirmed(refusedByDevice);
    if (refusedByDevice) {
      log.debug("device {}: refused packet {}", device, packet.variableHeader().messageId());
    }
    if (session != null) {
      session.confirmed(packet.variableHeader().messageId());
    }
  }

  private void publish(MqttPublishMessage packet) {
    Optional<Disconnect> error = PublishCheck.error(packet, version);
    if (error.isPresent()) {
      protocolError(error.get());
      return;
    }
    Registrations dialogue = registrations();
    int packetId = Math.max(0, packet.variableHeader().packetId());
    boolean full = dialogue.unacknowledged() >= protocol.settings.maxRegistrations();
    if (full && packetId != 0 && version == MqttVersion.MQTT_5) {
      protocolError(Disconnect.RECEIVE_MAXIMUM_EXCEEDED);
      return;
    }
    dialogue.publish(packet.variableHeader().topicName(), packet.payload(), packetId);
  }

  private void subscribe(MqttSubscribeMessage packet) {
    MqttProperties properties = packet.idAndPropertiesVariableHeader().properties();
    if (packet.payload().topicSubscriptions().isEmpty()) {
      protocolError(Disconnect.PROTOCOL_ERROR);
    } else if (!properties.getProperties(MqttProperties.SUBSCRIPTION_IDENTIFIER).isEmpty()) {
      protocolError(Disconnect.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED);
    } else {
      write(SubscriptionAnswers.subAck(packet, version));
    }
  }

  private void unsubscribe(MqttUnsubscribeMessage packet) {
    if (packet.payload().topics().isEmpty()) {
      protocolError(Disconnect.PROTOCOL_ERROR);
    } else {
      write(SubscriptionAnswers.unsubAck(packet));
    }
  }

  private Registrations registrations() {
    if (registrations == null) {
      registrations =
          new Registrations(
              device(), protocol.registrar, protocol.settings.maxRegistrations(), this);
    }
    return registrations;
  }

  // ---- What the inbox says

  void attached(Session attached) {
    assert context().executor().inEventLoop();
    ConnectRequest granted = request;
    if (phase != Phase.ATTACHING || granted == null) {
      attached.detached();
      return;
    }
    request = null;
    session = attached;
    lastPacket = timer().nanoTime();
    enter(Phase.OPEN, null);
    protocol.meters.accepted();
    write(protocol.connAcks.accepted(granted));
    Deque<MqttMessage> early = held;
    held = null;
    while (early != null && !early.isEmpty()) {
      MqttMessage packet = early.remove();
      if (phase == Phase.OPEN) {
        next(packet);
      } else {
        ReferenceCountUtil.release(packet);
      }
    }
    flush();
    if (phase == Phase.OPEN) {
      context().channel().config().setAutoRead(true);
    }
  }

  void refused(Refusal refusal) {
    assert context().executor().inEventLoop();
    if (phase == Phase.ATTACHING) {
      refuse(Packets.reason(refusal));
    }
  }

  void farewell(Farewell farewell) {
    assert context().executor().inEventLoop();
    if (phase == Phase.OPEN) {
      disconnect(Packets.reason(farewell));
    } else if (phase == Phase.ATTACHING) {
      refuse(ConnectRefusal.UNAVAILABLE);
    }
  }

  // ---- What the device is told

  /** Notifications on their way from the link to the wire. */
  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (phase == Phase.CLOSING) {
      ReferenceCountUtil.release(message);
      promise.tryFailure(new ClosedChannelException());
    } else {
      ctx.write(message, promise);
    }
  }

  @Override
  public void publish(String topic, byte[] json) {
    if (AnswerWriter.size(topic, json, version) <= maxPacketBytes) {
      write(AnswerWriter.packet(context().alloc(), topic, json, version));
    }
  }

  @Override
  public void acknowledge(int packetId, PubAck reason) {
    write(Packets.pubAck(packetId, reason));
  }

  @Override
  public void flush() {
    if (unflushed) {
      unflushed = false;
      context().flush();
    }
  }

  @Override
  public EventExecutor executor() {
    return context().executor();
  }

  private void write(Object message) {
    assert context().executor().inEventLoop();
    if (phase == Phase.CLOSING) {
      ReferenceCountUtil.release(message);
      return;
    }
    context().write(message);
    unflushed = true;
  }

  // ---- Time, and bytes nobody takes

  /** A device that does not read is not read from; if it stays so for too long, it is gone. */
  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (phase == Phase.OPEN) {
      boolean writable = ctx.channel().isWritable();
      lastPacket = timer().nanoTime();
      stallEnds = writable ? NEVER : lastPacket + protocol.settings.writeTimeout().toNanos();
      ctx.channel().config().setAutoRead(writable);
      timer().noLaterThan(nextDeadline());
    }
    ctx.fireChannelWritabilityChanged();
  }

  private void enter(Phase next, @Nullable Duration atMost) {
    phase = next;
    phaseEnds = atMost == null ? NEVER : timer().nanoTime() + atMost.toNanos();
    timer().noLaterThan(nextDeadline());
  }

  private long nextDeadline() {
    return phase == Phase.OPEN ? Math.min(lastPacket + silenceAllowed, stallEnds) : phaseEnds;
  }

  private void timeIsUp() {
    long now = timer().nanoTime();
    if (now < nextDeadline()) {
      timer().noLaterThan(nextDeadline());
      return;
    }
    switch (phase) {
      case AWAITING_CONNECT -> {
        protocol.meters.neverConnected();
        leave(null);
      }
      case ATTACHING -> refuse(ConnectRefusal.UNAVAILABLE);
      case OPEN -> {
        if (now >= stallEnds) {
          protocol.meters.stalled();
          log.debug("device {}: takes no more bytes, closed", device);
          leave(null);
        } else {
          disconnect(Disconnect.KEEP_ALIVE_TIMEOUT);
        }
      }
      case CLOSING -> context().channel().unsafe().closeForcibly();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      log.debug("device {}: connection lost: {}", device, cause.toString());
      leave(null);
      return;
    }
    log.warn("device {}: connection closed: {}", device, cause.toString());
    log.debug("device {}: connection closed", device, cause);
    if (phase == Phase.OPEN) {
      disconnect(Disconnect.UNSPECIFIED_ERROR);
    } else {
      leave(null);
    }
  }

  // ---- The end

  private void refuse(ConnectRefusal why) {
    protocol.meters.refused(why);
    log.debug("device {}: connect refused: {}", device, why.label());
    leave(ConnAcks.refused(version, why).orElse(null));
  }

  private void protocolError(Disconnect reason) {
    protocol.meters.protocolError(reason);
    log.debug("device {}: protocol error: {}", device, reason);
    disconnect(reason);
  }

  /** Before MQTT 5 a server has no words for it, and just closes. */
  private void disconnect(Disconnect reason) {
    leave(version == MqttVersion.MQTT_5 ? Packets.disconnect(context().alloc(), reason) : null);
  }

  /** Ends the connection, behind a last packet if there is one. */
  private void leave(@Nullable Object lastPacketOut) {
    if (phase == Phase.CLOSING) {
      ReferenceCountUtil.release(lastPacketOut);
      return;
    }
    enter(Phase.CLOSING, protocol.settings.lingerTimeout());
    letGo();
    ChannelHandlerContext ctx = context();
    if (lastPacketOut == null) {
      ctx.close();
      return;
    }
    ctx.channel().config().setAutoRead(true);
    ctx.writeAndFlush(lastPacketOut).addListener(written -> hangUp((ChannelFuture) written));
  }

  private void hangUp(ChannelFuture written) {
    if (hangup == Hangup.OUTPUT_FIRST
        && written.isSuccess()
        && written.channel() instanceof DuplexChannel socket) {
      socket.shutdownOutput();
    } else {
      context().close();
    }
  }

  private void letGo() {
    Session attached = session;
    session = null;
    request = null;
    registrations = null;
    if (attached != null) {
      attached.detached();
    }
    Deque<MqttMessage> early = held;
    held = null;
    if (early != null) {
      early.forEach(ReferenceCountUtil::release);
    }
  }

  private ChannelHandlerContext context() {
    return present(context);
  }

  private ConnectionTimer timer() {
    return present(timer);
  }

  private DeviceId device() {
    return present(device);
  }

  /** What is there in the phase at hand. */
  private static <T> T present(@Nullable T field) {
    if (field == null) {
      throw new IllegalStateException("connection: too early");
    }
    return field;
  }
}
