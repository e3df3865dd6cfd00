package dev.tidings.node.mqtt;

import dev.tidings.node.flow.Flow;
import dev.tidings.node.mqtt.connect.ConnAcks;
import dev.tidings.node.mqtt.connect.ConnectCheck;
import dev.tidings.node.mqtt.connect.ConnectOutcome;
import dev.tidings.node.mqtt.connect.ConnectPace;
import dev.tidings.node.mqtt.connect.ConnectRefusal;
import dev.tidings.node.mqtt.connect.ConnectRequest;
import dev.tidings.node.mqtt.decode.PacketDecoder;
import dev.tidings.node.route.Admission;
import dev.tidings.node.route.CloseMode;
import dev.tidings.node.route.ConnectionOrigin;
import dev.tidings.node.route.OwnerRoute;
import dev.tidings.node.session.CloseReason;
import dev.tidings.node.session.Refusal;
import dev.tidings.node.session.Session;
import dev.tidings.node.session.SessionKeeper;
import dev.tidings.schemas.value.DeviceId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of a device, from its first packet to its last: which packets are allowed when,
 * the deadlines, and how it ends. Confined to the channel's event loop; other threads reach it
 * through {@link ChannelLink}.
 */
final class DeviceConnection extends ChannelDuplexHandler implements OwnerRoute.RouteListener {
  private static final Logger log = LoggerFactory.getLogger(DeviceConnection.class);

  private static final long NEVER = Long.MAX_VALUE;

  private enum Phase {
    /** The first packet has to be a CONNECT [MQTT-3.1.0-1]. */
    AWAITING_CONNECT,
    /** The CONNECT waits for its turn; packets are held until then. */
    WAITING,
    /** The connection is being attached to its inbox; packets are held until then. */
    ATTACHING,
    OPEN,
    /** Nothing more is written; input is dropped. */
    CLOSING
  }

  // For the lifetime of the connection.
  private final MqttHandlers mqttHandlers;
  private final ConnectionOrigin connectionOrigin;
  private @Nullable ChannelHandlerContext context;
  private @Nullable ConnectionTimer timer;
  private @Nullable Flow flow;
  private Phase phase = Phase.AWAITING_CONNECT;
  private long phaseEnds = NEVER;
  private final AnswerBatch answers = new AnswerBatch();

  // From CONNECT on.
  private @Nullable DeviceId device;
  private MqttVersion version = MqttVersion.MQTT_3_1_1;
  private int maxPacketBytes = Integer.MAX_VALUE;
  private long silenceAllowed;
  private long lastPacket;

  // Until the CONNECT is decided.
  private @Nullable ConnectTap tap;

  // From CONNECT to CONNACK.
  private @Nullable PendingConnect pendingConnect;

  // From CONNACK on.
  private @Nullable PacketDispatcher packetDispatcher;

  /** The tap is needed if the arrival has a detour. */
  DeviceConnection(
      MqttHandlers mqttHandlers, ConnectionOrigin connectionOrigin, @Nullable ConnectTap tap) {
    this.mqttHandlers = mqttHandlers;
    this.connectionOrigin = connectionOrigin;
    this.tap = tap;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    timer = new ConnectionTimer(ctx.executor(), this::timeIsUp);
    flow = Flow.in(ctx.pipeline(), mqttHandlers.flow);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    enter(Phase.AWAITING_CONNECT, mqttHandlers.settings.connectTimeout());
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
      lastPacket = timer().nanoTime();
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

  private void take(MqttMessage packet) {
    if (pendingConnect != null) {
      pendingConnect.hold(packet);
      return;
    }
    try {
      if (phase == Phase.AWAITING_CONNECT) {
        first(packet);
      } else if (phase == Phase.OPEN && packetDispatcher != null) {
        packetDispatcher.take(packet);
      }
    } finally {
      ReferenceCountUtil.release(packet);
    }
  }

  private void first(MqttMessage packet) {
    MqttFixedHeader header = packet.fixedHeader();
    if (header == null || header.messageType() != MqttMessageType.CONNECT) {
      mqttHandlers.meters.neverConnected();
      leave(null);
      return;
    }
    MqttVersion said = context().channel().attr(PacketDecoder.VERSION).get();
    if (said != null) {
      version = said;
    }
    if (packet.decoderResult().isFailure()) {
      refuse(DecodeFailures.refusal(packet.decoderResult().cause()));
      return;
    }
    MqttConnectMessage connect = (MqttConnectMessage) packet;
    maxPacketBytes = ConnectCheck.maxPacketBytes(connect);
    if (connectionOrigin.admission() == Admission.BUSY) {
      refuse(ConnectRefusal.BUSY);
    } else {
      switch (mqttHandlers.connectCheck.check(connect)) {
        // The CONNACK does not fit the device's Maximum Packet Size.
        case ConnectOutcome.Granted(var request)
            when mqttHandlers.connAcks.size(request) > maxPacketBytes ->
            refuse(ConnectRefusal.TOO_LARGE);
        case ConnectOutcome.Granted(var request) -> granted(request);
        case ConnectOutcome.Refused(var why) -> refuse(why);
      }
    }
  }

  private void granted(ConnectRequest request) {
    device = request.device();
    // One and a half times the keep-alive [MQTT-3.1.2-22], in nanoseconds.
    silenceAllowed = request.keepAliveSeconds() * 1_500_000_000L;
    Optional<String> elsewhere =
        request.acceptsRedirect()
            ? connectionOrigin.redirect().reference(request.device())
            : Optional.empty();
    long wait =
        elsewhere.isPresent()
            ? redirectWait(request)
            : mqttHandlers.pace.reserve(timer().nanoTime());
    if (wait == ConnectPace.TOO_LONG) {
      mqttHandlers.meters.overRate();
      refuse(ConnectRefusal.BUSY);
      return;
    }
    pendingConnect = new PendingConnect(request, elsewhere);
    flow().hold(context().channel());
    if (wait == 0) {
      decide(pendingConnect);
    } else {
      enter(Phase.WAITING, Duration.ofNanos(wait));
    }
  }

  /** Devices that are redirected are spread over the configured time, each at its place in it. */
  private long redirectWait(ConnectRequest request) {
    long spread = mqttHandlers.settings.redirectSpread().toNanos();
    return spread == 0 ? 0 : Integer.toUnsignedLong(mixed(request.device().hashCode())) % spread;
  }

  /** Mixes the hash: names that differ in their last letter have adjacent hashes. */
  private static int mixed(int hash) {
    return hash * 0x9E3779B9;
  }

  private void decide(PendingConnect waited) {
    if (waited.elsewhere().isPresent()) {
      refuse(
          ConnectRefusal.ANOTHER_SERVER,
          ConnAcks.elsewhere(waited.request(), waited.elsewhere().get()));
    } else {
      attach(waited.request());
    }
  }

  private void attach(ConnectRequest request) {
    enter(Phase.ATTACHING, mqttHandlers.settings.connectTimeout());
    mqttHandlers.directory.attach(
        request.device(),
        new ChannelLink(this, context().channel(), mqttHandlers, request),
        request.credit());
  }

  // ---- Calls from the inbox

  void attached(
      Session session, ConnectRequest request, CompletableFuture<SessionKeeper.Kept> begun) {
    assert executor().inEventLoop();
    PendingConnect answered = pendingConnect;
    if (phase != Phase.ATTACHING || answered == null) {
      session.detached();
      begun.thenAccept(kept -> kept.end(Duration.ofSeconds(request.sessionExpiry())));
      return;
    }
    answered.attachedTo(session);
    begun.whenComplete((kept, failure) -> onLoop(() -> begins(answered, session, kept, failure)));
  }

  private void onLoop(Runnable task) {
    if (executor().inEventLoop()) {
      task.run();
    } else {
      executor().execute(task);
    }
  }

  /** The lookup of the stored session has ended, successfully or not. */
  private void begins(
      PendingConnect answered,
      Session session,
      SessionKeeper.@Nullable Kept kept,
      @Nullable Throwable failure) {
    if (pendingConnect != answered || phase != Phase.ATTACHING) {
      if (kept != null) {
        kept.end(Duration.ofSeconds(answered.request().sessionExpiry()));
      }
      return;
    }
    if (kept == null) {
      log.debug("device {}: its stored session cannot be looked up: {}", device, failure + "");
      refuse(ConnectRefusal.UNAVAILABLE);
      return;
    }
    pendingConnect = null;
    packetDispatcher = new PacketDispatcher(this, mqttHandlers, answered.request(), session, kept);
    lastPacket = timer().nanoTime();
    enter(Phase.OPEN, null);
    mqttHandlers.meters.accepted();
    write(mqttHandlers.connAcks.accepted(answered.request(), kept.isPresent()));
    packetDispatcher.resume();
    answered.replay(this::take);
    flush();
    flow().release(context().channel());
  }

  void refused(Refusal refusal) {
    assert executor().inEventLoop();
    PendingConnect answered = pendingConnect;
    if (phase != Phase.ATTACHING || answered == null) {
      return;
    }
    if (refusal == Refusal.NOT_HERE && connectionOrigin.detour().isPresent()) {
      connectionOrigin.detour().get().seek(answered.request().device(), context().channel(), this);
    } else {
      refuse(Packets.reason(refusal));
    }
  }

  @Override
  public void unreachable() {
    assert executor().inEventLoop();
    if (phase == Phase.ATTACHING) {
      refuse(ConnectRefusal.UNAVAILABLE);
    }
  }

  /** Uses the route, with all bytes received so far: MQTT is spoken at its other end. */
  @Override
  public void open(OwnerRoute.OpenRoute openRoute) {
    assert executor().inEventLoop();
    ConnectTap received = tap;
    if (phase != Phase.ATTACHING || received == null) {
      openRoute.abandon();
      return;
    }
    mqttHandlers.meters.relayed();
    ByteBuf bytes = received.take();
    ChannelPipeline pipeline = context().pipeline();
    over();
    // Undecoded bytes are passed here once more, to be dropped.
    pipeline.remove(PacketDecoder.class);
    pipeline.remove(MqttEncoder.class);
    Channel channel = context().channel();
    pipeline.replace(this, null, openRoute.take(bytes));
    flow().passes();
    flow().release(channel);
  }

  void farewell(CloseReason closeReason) {
    assert executor().inEventLoop();
    if (phase == Phase.OPEN) {
      disconnect(Packets.reason(closeReason));
    } else if (phase == Phase.ATTACHING) {
      refuse(ConnectRefusal.UNAVAILABLE);
    }
  }

  // ---- Packets to the device

  /** Writes notifications from the link to the channel, after earlier responses. */
  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (phase == Phase.CLOSING) {
      ReferenceCountUtil.release(message);
      promise.tryFailure(new ClosedChannelException());
    } else {
      answers.writeTo(ctx);
      ctx.write(message, promise);
    }
  }

  /** Writes a response, which is sent with the others of the same read or at a {@link #flush}. */
  void write(Object answer) {
    assert executor().inEventLoop();
    if (phase == Phase.CLOSING) {
      ReferenceCountUtil.release(answer);
    } else {
      answers.add(context(), version, answer);
    }
  }

  void flush() {
    if (answers.writeTo(context())) {
      context().flush();
    }
  }

  EventExecutor executor() {
    return context().executor();
  }

  ByteBufAllocator allocator() {
    return context().alloc();
  }

  // ---- Deadlines, and output that is not accepted

  /**
   * Not counted while the output buffer is full: nothing is read then, so the silence is not the
   * device's.
   */
  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (phase == Phase.OPEN) {
      lastPacket = timer().nanoTime();
      timer().noLaterThan(nextDeadline());
    }
    ctx.fireChannelWritabilityChanged();
  }

  private void enter(Phase next, @Nullable Duration atMost) {
    change(next);
    phaseEnds = atMost == null ? NEVER : timer().nanoTime() + atMost.toNanos();
    timer().noLaterThan(nextDeadline());
  }

  private void change(Phase next) {
    if ((phase == Phase.WAITING) != (next == Phase.WAITING)) {
      mqttHandlers.meters.waiting(next == Phase.WAITING ? 1 : -1);
    }
    phase = next;
    ConnectTap decided = tap;
    if (decided != null && (next == Phase.OPEN || next == Phase.CLOSING)) {
      tap = null;
      if (context().pipeline().context(decided) != null) {
        context().pipeline().remove(decided);
      }
    }
  }

  private void over() {
    timer().cancel();
    answers.drop();
    change(Phase.CLOSING);
    release();
  }

  private long nextDeadline() {
    if (phase != Phase.OPEN) {
      return phaseEnds;
    }
    long from = context().channel().isWritable() ? lastPacket : timer().nanoTime();
    return from + silenceAllowed;
  }

  private void timeIsUp() {
    long now = timer().nanoTime();
    if (now < nextDeadline()) {
      timer().noLaterThan(nextDeadline());
      return;
    }
    switch (phase) {
      case AWAITING_CONNECT -> {
        mqttHandlers.meters.neverConnected();
        leave(null);
      }
      case WAITING -> decide(present(pendingConnect));
      case ATTACHING -> refuse(ConnectRefusal.UNAVAILABLE);
      case OPEN -> disconnect(Disconnect.KEEP_ALIVE_TIMEOUT);
      // Closed past the handlers: their closing handshakes have had their time.
      case CLOSING -> context().pipeline().firstContext().close();
    }
  }

  // ---- The end

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException || cause instanceof CodecException) {
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

  void protocolError(Disconnect reason) {
    mqttHandlers.meters.protocolError(reason);
    log.debug("device {}: protocol error: {}", device, reason);
    disconnect(reason);
  }

  private void refuse(ConnectRefusal why) {
    refuse(why, ConnAcks.refused(version, why, maxPacketBytes).orElse(null));
  }

  private void refuse(ConnectRefusal why, @Nullable MqttConnAckMessage answer) {
    mqttHandlers.meters.refused(why);
    log.debug("device {}: connect refused: {}", device, why.label());
    leave(answer);
  }

  /** Disconnects with a reason; before MQTT 5 a server has no DISCONNECT, and just closes. */
  void disconnect(Disconnect reason) {
    leave(version == MqttVersion.MQTT_5 ? lastPacket(reason) : null);
  }

  /** Returns null if there is no memory for it; the connection is closed in any case. */
  private @Nullable ByteBuf lastPacket(Disconnect reason) {
    try {
      return Packets.disconnect(allocator(), reason);
    } catch (OutOfMemoryError e) {
      log.debug("device {}: not told why its connection ends: {}", device, e.toString());
      return null;
    }
  }

  /** Ends the connection, after a last packet if there is one. */
  void leave(@Nullable Object last) {
    if (phase == Phase.CLOSING) {
      ReferenceCountUtil.release(last);
      return;
    }
    enter(Phase.CLOSING, mqttHandlers.settings.lingerTimeout());
    release();
    if (last == null) {
      flush();
      context().close();
      return;
    }
    answers.writeTo(context());
    // Further input is read and dropped, so that the device gets to read the reason.
    flow().drain(context().channel());
    context().writeAndFlush(last).addListener(written -> hangUp((ChannelFuture) written));
  }

  private void hangUp(ChannelFuture written) {
    if (connectionOrigin.closeMode() == CloseMode.OUTPUT_FIRST
        && written.isSuccess()
        && written.channel() instanceof DuplexChannel socket) {
      socket.shutdownOutput();
    } else {
      context().close();
    }
  }

  private void release() {
    PacketDispatcher ended = packetDispatcher;
    packetDispatcher = null;
    if (ended != null) {
      ended.ended();
    }
    PendingConnect unanswered = pendingConnect;
    pendingConnect = null;
    if (unanswered != null) {
      unanswered.detach();
      unanswered.drop();
    }
  }

  private ChannelHandlerContext context() {
    return present(context);
  }

  private Flow flow() {
    return present(flow);
  }

  private ConnectionTimer timer() {
    return present(timer);
  }

  private static <T> T present(@Nullable T field) {
    if (field == null) {
      throw new IllegalStateException("connection: not in a pipeline (expected: added to one)");
    }
    return field;
  }
}
