package dev.tidings.node.mqtt.connection;

import dev.tidings.auth.device.DeviceIdentity;
import dev.tidings.auth.device.DeviceIssuer;
import dev.tidings.node.flow.Flow;
import dev.tidings.node.mqtt.connect.ConnectRequest;
import dev.tidings.node.mqtt.dispatch.PacketDispatcher;
import dev.tidings.node.mqtt.packet.Packets;
import dev.tidings.node.mqtt.register.Registrable;
import dev.tidings.node.session.CloseReason;
import dev.tidings.node.session.Session;
import dev.tidings.node.session.SessionKeeper;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The connection serves its device, as long as it hears from it: it is closed after a silence of
 * one and a half times the keep-alive [MQTT-3.1.2-22], and when what the device has proved is no
 * longer proved, however busy it is, unless it is proved anew meanwhile. There is one for each idle
 * device, so its fields are few.
 */
final class Open implements ConnectPhase {
  /** One and a half seconds, in nanoseconds. */
  private static final long SILENCE_PER_SECOND = 1_500_000_000L;

  /** Later ends are none: nanoseconds reach no further than some 292 years. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private final DeviceConnection connection;
  private final PacketDispatcher packetDispatcher;
  private DeviceIssuer issuer;
  private final int keepAliveSeconds;

  /** When the proof ends, by the connection's clock. */
  private long proofEnds;

  private long lastPacket;

  /** Present if the device may prove anew who it is. */
  private @Nullable Reauthentication reauthentication;

  private Open(
      DeviceConnection connection,
      PacketDispatcher packetDispatcher,
      int keepAliveSeconds,
      DeviceIdentity identity) {
    this.connection = connection;
    this.packetDispatcher = packetDispatcher;
    this.issuer = identity.issuer();
    this.keepAliveSeconds = keepAliveSeconds;
    this.proofEnds = proofEnds(connection, identity.expires());
    this.lastPacket = connection.nanoTime();
  }

  /** Begins the phase: the CONNACK, then the packets that were held. */
  static void begin(
      DeviceConnection connection,
      PendingConnect pending,
      DeviceIdentity identity,
      Session session,
      SessionKeeper.Kept kept) {
    ConnectionServices services = connection.services();
    ConnectRequest request = pending.request();
    PacketDispatcher dispatcher =
        new PacketDispatcher(
            connection,
            services.dispatch(),
            request,
            registrable(connection, identity),
            session,
            kept);
    dispatcher.receive(identity.issuer().receivable());
    Open open = new Open(connection, dispatcher, request.keepAliveSeconds(), identity);
    open.reauthentication =
        request
            .authenticationMethod()
            .map(method -> new Reauthentication(connection, open, request.device(), method))
            .orElse(null);
    connection.enter(open);
    connection.forgetReceived();
    services.meters().accepted();
    connection.write(services.connAcks().accepted(request, kept.isPresent()));
    if (request.authenticationMethod().isPresent()) {
      dispatcher.resumeSoon();
    } else {
      dispatcher.resume();
    }
    // One by one through the connection: any of them may end it.
    pending.replay(connection::take);
    connection.flush();
    connection.resumeReading();
  }

  @Override
  public void take(MqttMessage packet) {
    lastPacket = connection.nanoTime();
    try {
      Reauthentication may = reauthentication;
      if (may != null && Reauthentication.concerns(packet)) {
        may.take(packet);
      } else {
        packetDispatcher.take(packet);
      }
    } finally {
      ReferenceCountUtil.release(packet);
    }
  }

  /** The device has proved anew who it is: what it may do, and until when, follows from that. */
  void proved(DeviceIdentity identity) {
    proofEnds = proofEnds(connection, identity.expires());
    connection.vouchedFor(identity.issuer());
    issuer = identity.issuer();
    packetDispatcher.allow(registrable(connection, identity));
    lookAtApps();
    connection.deadlineMoved();
  }

  private static Registrable registrable(DeviceConnection connection, DeviceIdentity identity) {
    return Registrable.of(identity, connection.services().authenticator().proves());
  }

  @Override
  public void lookAtApps() {
    packetDispatcher.receive(issuer.receivable());
  }

  @Override
  public long deadline() {
    // What this node does not read, for whatever reason, is no silence of the device.
    long from = Math.max(lastPacket, Flow.of(connection.channel()).readSince(connection.channel()));
    return Math.min(from + keepAliveSeconds * SILENCE_PER_SECOND, proofEnds);
  }

  private static long proofEnds(DeviceConnection connection, Instant expires) {
    Duration left = Duration.between(connection.services().clock().instant(), expires);
    return left.compareTo(LONGEST) > 0
        ? NEVER
        : connection.nanoTime() + Math.max(0, left.toNanos());
  }

  @Override
  public void timeIsUp() {
    connection.disconnect(
        connection.nanoTime() < proofEnds
            ? Disconnect.KEEP_ALIVE_TIMEOUT
            : Disconnect.NOT_AUTHORIZED);
  }

  @Override
  public void closeFor(CloseReason closeReason) {
    connection.disconnect(Packets.reason(closeReason));
  }

  @Override
  public void ended() {
    if (reauthentication != null) {
      reauthentication.ended();
    }
    packetDispatcher.ended();
  }
}
