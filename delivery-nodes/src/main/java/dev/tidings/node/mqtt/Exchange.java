package dev.tidings.node.mqtt;

import dev.tidings.node.mqtt.connect.ConnectRequest;
import dev.tidings.node.mqtt.publish.AnswerWriter;
import dev.tidings.node.mqtt.register.Answers;
import dev.tidings.node.mqtt.register.Registrations;
import dev.tidings.node.mqtt.subscribe.SubscriptionAnswers;
import dev.tidings.node.session.Session;
import dev.tidings.schemas.value.DeviceId;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubAckMessage;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import io.netty.handler.codec.mqtt.MqttReasonCodes.PubAck;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.concurrent.EventExecutor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a device says between CONNACK and the end, and what it is answered. Event loop only. */
final class Exchange implements Answers {
  private static final Logger log = LoggerFactory.getLogger(Exchange.class);

  private final DeviceConnection connection;
  private final Protocol protocol;
  private final DeviceId device;
  private final MqttVersion version;
  private final int maxPacketBytes;
  private final boolean sessionExpiryAsked;
  private final Session session;
  private @Nullable Registrations registrations;

  Exchange(
      DeviceConnection connection, Protocol protocol, ConnectRequest request, Session session) {
    this.connection = connection;
    this.protocol = protocol;
    this.device = request.device();
    this.version = request.version();
    this.maxPacketBytes = request.maxPacketBytes();
    this.sessionExpiryAsked = request.sessionExpiryChanged();
    this.session = session;
  }

  void take(MqttMessage packet) {
    if (packet.decoderResult().isFailure()) {
      connection.protocolError(DecodeFailures.disconnect(packet.decoderResult().cause()));
      return;
    }
    switch (packet.fixedHeader().messageType()) {
      case PUBACK -> pubAck((MqttPubAckMessage) packet);
      case PINGREQ -> connection.write(MqttMessage.PINGRESP);
      case PUBLISH -> publish((MqttPublishMessage) packet);
      case SUBSCRIBE -> subscribe((MqttSubscribeMessage) packet);
      case UNSUBSCRIBE -> unsubscribe((MqttUnsubscribeMessage) packet);
      case DISCONNECT -> disconnect(packet);
      case PUBREC, PUBREL, PUBCOMP -> connection.protocolError(Disconnect.QOS_NOT_SUPPORTED);
      default -> connection.protocolError(Disconnect.PROTOCOL_ERROR);
    }
  }

  void ended() {
    session.detached();
  }

  /** Any reason code confirms: a device that refuses a notification would refuse it again. */
  private void pubAck(MqttPubAckMessage packet) {
    int packetId = packet.variableHeader().messageId();
    boolean refusedByDevice =
        packet.variableHeader() instanceof MqttPubReplyMessageVariableHeader header
            && header.reasonCode() < 0;
    protocol.meters.confirmed(refusedByDevice);
    if (refusedByDevice) {
      log.debug("device {}: refused packet {}", device, packetId);
    }
    session.confirmed(packetId);
  }

  private void publish(MqttPublishMessage packet) {
    Optional<Disconnect> error = PublishCheck.error(packet, version);
    if (error.isPresent()) {
      connection.protocolError(error.get());
      return;
    }
    Registrations open = registrations;
    if (open == null) {
      open =
          new Registrations(device, protocol.registrar, protocol.settings.maxRegistrations(), this);
      registrations = open;
    }
    int packetId = Math.max(0, packet.variableHeader().packetId());
    boolean full = open.unacknowledged() >= protocol.settings.maxRegistrations();
    if (full && packetId != 0 && version == MqttVersion.MQTT_5) {
      connection.protocolError(Disconnect.RECEIVE_MAXIMUM_EXCEEDED);
      return;
    }
    open.publish(packet.variableHeader().topicName(), packet.payload(), packetId);
    forget();
  }

  /** A device registers once and stays for months. */
  private void forget() {
    if (registrations != null && registrations.areOver()) {
      registrations = null;
    }
  }

  private void subscribe(MqttSubscribeMessage packet) {
    MqttProperties properties = packet.idAndPropertiesVariableHeader().properties();
    if (!properties.getProperties(MqttProperties.SUBSCRIPTION_IDENTIFIER).isEmpty()) {
      connection.protocolError(Disconnect.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED);
    } else {
      int filters = packet.payload().topicSubscriptions().size();
      answer(filters, SubscriptionAnswers.subAck(packet, version));
    }
  }

  private void unsubscribe(MqttUnsubscribeMessage packet) {
    answer(packet.payload().topics().size(), SubscriptionAnswers.unsubAck(packet));
  }

  /** Each filter has its byte; an answer the device can't take may not be cut [MQTT-3.1.2-24]. */
  private void answer(int filters, MqttMessage answer) {
    if (SubscriptionAnswers.size(filters) > maxPacketBytes) {
      connection.disconnect(Disconnect.PACKET_TOO_LARGE);
    } else {
      connection.write(answer);
    }
  }

  /** A session that ended with its connection can't be made to outlive it at the end. */
  private void disconnect(MqttMessage packet) {
    boolean sessionToOutlive =
        packet.variableHeader() instanceof MqttReasonCodeAndPropertiesVariableHeader header
            && header.properties().getProperty(MqttProperties.SESSION_EXPIRY_INTERVAL)
                instanceof MqttProperties.IntegerProperty interval
            && interval.value() != 0;
    if (sessionToOutlive && !sessionExpiryAsked) {
      connection.protocolError(Disconnect.PROTOCOL_ERROR);
    } else {
      connection.leave(null);
    }
  }

  @Override
  public void publish(String topic, byte[] json) {
    if (AnswerWriter.size(topic, json, version) <= maxPacketBytes) {
      connection.write(AnswerWriter.packet(connection.allocator(), topic, json, version));
    }
  }

  @Override
  public void acknowledge(int packetId, PubAck reason) {
    connection.write(Packets.pubAck(packetId, reason));
  }

  @Override
  public void flush() {
    forget();
    connection.flush();
  }

  @Override
  public EventExecutor executor() {
    return connection.executor();
  }
}
