package dev.tidings.node.mqtt.connect;

import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.Optional;

/**
 * Writes CONNACKs. Session Present speaks of subscriptions: the inbox belongs to the device, not to
 * the MQTT session. A client id is never assigned: it is the device's serial number.
 *
 * @param receiveMaximum how many unacknowledged PUBLISH packets the node takes from a device
 * @param maxPacketBytes the largest packet the node takes
 */
public record ConnAcks(int receiveMaximum, int maxPacketBytes) {
  /** One with no more than a code: before MQTT 5 it is a byte shorter. */
  private static final int SHORT_BYTES = 5;

  private static final int ONE_BYTE = 2;
  private static final int TWO_BYTES = 3;
  private static final int FOUR_BYTES = 5;

  private static final MqttFixedHeader HEADER =
      new MqttFixedHeader(MqttMessageType.CONNACK, false, MqttQoS.AT_MOST_ONCE, false, 0);

  // Fixed header, flags, code, length of the properties, name and length of the reference.
  private static final int BYTES_WITHOUT_REFERENCE = 5 + 1 + 1 + 4 + 1 + 2;

  /** Says yes, and in MQTT 5 what the node can't do or does differently than asked. */
  public MqttConnAckMessage accepted(ConnectRequest request, boolean sessionPresent) {
    return connAck(
        MqttConnectReturnCode.CONNECTION_ACCEPTED,
        sessionPresent,
        request.version() == MqttVersion.MQTT_5
            ? properties(request)
            : MqttProperties.NO_PROPERTIES);
  }

  /** How many bytes saying yes takes. */
  public int size(ConnectRequest request) {
    if (request.version() != MqttVersion.MQTT_5) {
      return SHORT_BYTES - 1;
    }
    return SHORT_BYTES
        + 5 * ONE_BYTE
        + 2 * TWO_BYTES
        + FOUR_BYTES
        + (request.keepAliveChanged() ? TWO_BYTES : 0)
        + (request.sessionExpiryChanged() ? FOUR_BYTES : 0);
  }

  /**
   * Says no, if that version of the protocol has a code for it and the client takes a packet of
   * that size; else the connection just ends.
   */
  public static Optional<MqttConnAckMessage> refused(
      MqttVersion version, ConnectRefusal why, int maxPacketBytes) {
    return maxPacketBytes < SHORT_BYTES
        ? Optional.empty()
        : why.code(version).map(code -> connAck(code, MqttProperties.NO_PROPERTIES));
  }

  /** Tells a device of MQTT 5 where to connect instead, as far as it takes packets that large. */
  public static MqttConnAckMessage elsewhere(ConnectRequest request, String reference) {
    MqttProperties properties = new MqttProperties();
    if (BYTES_WITHOUT_REFERENCE + reference.length() <= request.maxPacketBytes()) {
      properties.add(new StringProperty(MqttProperties.SERVER_REFERENCE, reference));
    }
    return connAck(MqttConnectReturnCode.CONNECTION_REFUSED_USE_ANOTHER_SERVER, properties);
  }

  private MqttProperties properties(ConnectRequest request) {
    MqttProperties properties = new MqttProperties();
    add(properties, MqttProperties.RECEIVE_MAXIMUM, receiveMaximum);
    add(properties, MqttProperties.MAXIMUM_QOS, 1);
    add(properties, MqttProperties.RETAIN_AVAILABLE, 1);
    add(properties, MqttProperties.MAXIMUM_PACKET_SIZE, maxPacketBytes);
    add(properties, MqttProperties.TOPIC_ALIAS_MAXIMUM, 0);
    add(properties, MqttProperties.WILDCARD_SUBSCRIPTION_AVAILABLE, 1);
    add(properties, MqttProperties.SUBSCRIPTION_IDENTIFIER_AVAILABLE, 0);
    add(properties, MqttProperties.SHARED_SUBSCRIPTION_AVAILABLE, 0);
    if (request.keepAliveChanged()) {
      add(properties, MqttProperties.SERVER_KEEP_ALIVE, request.keepAliveSeconds());
    }
    if (request.sessionExpiryChanged()) {
      add(properties, MqttProperties.SESSION_EXPIRY_INTERVAL, (int) request.sessionExpiry());
    }
    return properties;
  }

  private static void add(MqttProperties properties, int id, int value) {
    properties.add(new IntegerProperty(id, value));
  }

  private static MqttConnAckMessage connAck(MqttConnectReturnCode code, MqttProperties properties) {
    return connAck(code, false, properties);
  }

  private static MqttConnAckMessage connAck(
      MqttConnectReturnCode code, boolean sessionPresent, MqttProperties properties) {
    return new MqttConnAckMessage(
        HEADER, new MqttConnAckVariableHeader(code, sessionPresent, properties));
  }
}
