package dev.tidings.node.mqtt.connection;

import dev.tidings.auth.device.DeviceCredentials;
import dev.tidings.node.mqtt.connect.ConnectCheck;
import dev.tidings.node.mqtt.connect.ConnectOutcome;
import dev.tidings.node.mqtt.connect.ConnectPace;
import dev.tidings.node.mqtt.connect.ConnectRefusal;
import dev.tidings.node.mqtt.connect.ConnectRequest;
import dev.tidings.node.mqtt.decode.PacketDecoder;
import dev.tidings.node.mqtt.packet.DecodeFailures;
import dev.tidings.node.route.Admission;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Nothing was received yet. The first packet has to be a CONNECT [MQTT-3.1.0-1], which is checked
 * as far as it can be by itself.
 */
final class AwaitingConnect implements ConnectPhase {
  private final DeviceConnection connection;
  private final long deadline;

  AwaitingConnect(DeviceConnection connection, long deadline) {
    this.connection = connection;
    this.deadline = deadline;
  }

  @Override
  public void take(MqttMessage packet) {
    try {
      first(packet);
    } finally {
      ReferenceCountUtil.release(packet);
    }
  }

  private void first(MqttMessage packet) {
    MqttFixedHeader header = packet.fixedHeader();
    if (header == null || header.messageType() != MqttMessageType.CONNECT) {
      neverConnected();
      return;
    }
    MqttVersion said = connection.channel().attr(PacketDecoder.VERSION).get();
    if (said != null) {
      connection.speak(said);
    }
    if (packet.decoderResult().isFailure()) {
      connection.refuse(DecodeFailures.refusal(packet.decoderResult().cause()));
      return;
    }
    MqttConnectMessage connect = (MqttConnectMessage) packet;
    connection.limitPackets(ConnectCheck.maxPacketBytes(connect));
    if (connection.origin().admission() == Admission.BUSY) {
      connection.refuse(ConnectRefusal.BUSY);
      return;
    }
    switch (connection.services().connectCheck().check(connect)) {
      case ConnectOutcome.Granted(var request) -> granted(request, connect);
      case ConnectOutcome.Refused(var why) -> connection.refuse(why);
    }
  }

  private void granted(ConnectRequest request, MqttConnectMessage connect) {
    if (connection.services().connAcks().size(request) > request.maxPacketBytes()) {
      // The CONNACK does not fit the device's Maximum Packet Size.
      connection.refuse(ConnectRefusal.TOO_LARGE);
      return;
    }
    connection.identify(request.device(), request.acceptsRedirect());
    if (!CredentialRefusals.mayCheck(connection)) {
      connection.refuse(ConnectRefusal.BUSY);
      return;
    }
    Optional<String> elsewhere =
        request.acceptsRedirect()
            ? connection.origin().redirect().reference(request.device())
            : Optional.empty();
    long wait =
        elsewhere.isPresent()
            ? redirectWait(request)
            : connection.services().pace().reserve(connection.nanoTime());
    if (wait == ConnectPace.TOO_LONG) {
      connection.services().meters().overRate();
      connection.refuse(ConnectRefusal.BUSY);
      return;
    }
    PendingConnect pending = new PendingConnect(request, elsewhere);
    DeviceCredentials credentials = credentials(request, connect, connection);
    connection.pauseReading();
    if (wait == 0) {
      Authenticating.begin(connection, pending, credentials);
    } else {
      AwaitingTurn.begin(connection, pending, credentials, wait);
    }
  }

  /** Devices that are redirected are spread over the configured time, each at its place in it. */
  private long redirectWait(ConnectRequest request) {
    long spread = connection.services().redirectSpread().toNanos();
    return spread == 0 ? 0 : Integer.toUnsignedLong(mixed(request.device().hashCode())) % spread;
  }

  /** Mixes the hash: names that differ in their last letter have adjacent hashes. */
  private static int mixed(int hash) {
    return hash * 0x9E3779B9;
  }

  /**
   * Authentication Data take the place of the password if there is a method, else there are none.
   */
  private static DeviceCredentials credentials(
      ConnectRequest request, MqttConnectMessage connect, DeviceConnection connection) {
    return new DeviceCredentials(
        connect.payload().clientIdentifier(),
        connect.payload().userName(),
        request.authenticationMethod().isPresent()
            ? Reauthentication.data(connect.variableHeader().properties())
            : connect.payload().passwordInBytes(),
        certificates(connection));
  }

  /**
   * Returns the certificates of the TLS handshake, if the listener asks devices for one. That of a
   * node that relays a device is not the device's.
   */
  static List<X509Certificate> certificates(DeviceConnection connection) {
    SslHandler tls = connection.channel().pipeline().get(SslHandler.class);
    if (tls == null || connection.origin().relayed()) {
      return List.of();
    }
    SSLEngine engine = tls.engine();
    if (!engine.getWantClientAuth() && !engine.getNeedClientAuth()) {
      return List.of();
    }
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      for (Certificate certificate : engine.getSession().getPeerCertificates()) {
        if (certificate instanceof X509Certificate x509) {
          certificates.add(x509);
        }
      }
    } catch (SSLPeerUnverifiedException e) {
      // The device has none.
      return List.of();
    }
    return List.copyOf(certificates);
  }

  @Override
  public long deadline() {
    return deadline;
  }

  @Override
  public void timeIsUp() {
    neverConnected();
  }

  private void neverConnected() {
    connection.services().meters().neverConnected();
    connection.leave(null);
  }

  @Override
  public void ended() {}
}
