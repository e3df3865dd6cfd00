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
 * Creates CONNACKs. Session Present refers to subscriptions: the inbox belongs to the device, not
 * to the MQTT session. A client id is never assigned: it is the device's serial number.
 *
 * @param receiveMaximum how many unacknowledged PUBLISH packets the node accepts from a device
 * @param maxPacketBytes the largest packet the node accepts
 */
public record ConnAcks(int receiveMaximum, int maxPacketBytes) {
  /** Size of a CONNACK with only a code; one byte less before MQTT 5. */
  private static final int SHORT_BYTES = 5;

  private static final int ONE_BYTE = 2;
  private static final int TWO_BYTES = 3;
  private static final int FOUR_BYTES = 5;

  // A property's name and the length of its text.
  private static final int TEXT_WITHOUT_LETTERS = 3;

  private static final MqttFixedHeader HEADER =
      new MqttFixedHeader(MqttMessageType.CONNACK, false, MqttQoS.AT_MOST_ONCE, false, 0);

  // Fixed header, flags, code, length of the properties, name and length of the reference.
  private static final int BYTES_WITHOUT_REFERENCE = 5 + 1 + 1 + 4 + 1 + 2;

  /**
   * Creates a CONNACK that accepts, and in MQTT 5 lists what the node does not support or does
   * differently than requested.
   */
  public MqttConnAckMessage accepted(ConnectRequest request, boolean sessionPresent) {
    return connAck(
        MqttConnectReturnCode.CONNECTION_ACCEPTED,
        sessionPresent,
        request.version() == MqttVersion.MQTT_5
            ? properties(request)
            : MqttProperties.NO_PROPERTIES);
  }

  /** Returns the size of the accepting CONNACK. */
  public int size(ConnectRequest request) {
    if (request.version() != MqttVersion.MQTT_5) {
      return SHORT_BYTES - 1;
    }
    return SHORT_BYTES
        + 5 * ONE_BYTE
        + 2 * TWO_BYTES
        + FOUR_BYTES
        + (request.keepAliveChanged() ? TWO_BYTES : 0)
        + (request.sessionExpiryChanged() ? FOUR_BYTES : 0)
        // A method that the node supports has ASCII letters alone.
        + request
            .authenticationMethod()
            .map(each -> TEXT_WITHOUT_LETTERS + each.length())
            .orElse(0);
  }

  /**
   * Creates a CONNACK that refuses, if that version of the protocol has a code for the reason and
   * the client accepts a packet of that size; otherwise the connection just ends.
   */
  public static Optional<MqttConnAckMessage> refused(
      MqttVersion version, ConnectRefusal why, int maxPacketBytes) {
    return maxPacketBytes < SHORT_BYTES
        ? Optional.empty()
        : why.code(version).map(code -> connAck(code, MqttProperties.NO_PROPERTIES));
  }

  /**
   * Creates a CONNACK that names another server to an MQTT 5 device, if the device accepts a packet
   * of that size.
   */
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
    request
        .authenticationMethod()
        .ifPresent(
            each -> properties.add(new StringProperty(MqttProperties.AUTHENTICATION_METHOD, each)));
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
