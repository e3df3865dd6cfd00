package dev.tidings.node.mqtt.connect;

import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.Optional;

/**
 * Writes CONNACKs. Session Present is always 0: the inbox belongs to the device, not to the MQTT
 * session. A client id is never assigned: it is the device's serial number.
 *
 * @param receiveMaximum how many unacknowledged PUBLISH packets the node takes from a device
 * @param maxPacketBytes the largest packet the node takes
 */
public record ConnAcks(int receiveMaximum, int maxPacketBytes) {
  private static final MqttFixedHeader HEADER =
      new MqttFixedHeader(MqttMessageType.CONNACK, false, MqttQoS.AT_MOST_ONCE, false, 0);

  /** Says yes, and in MQTT 5 what the node can't do or does differently than asked. */
  public MqttConnAckMessage accepted(ConnectRequest request) {
    return connAck(
        MqttConnectReturnCode.CONNECTION_ACCEPTED,
        request.version() == MqttVersion.MQTT_5
            ? properties(request)
            : MqttProperties.NO_PROPERTIES);
  }

  /** Says no, if that version of the protocol has a code for it; else the connection just ends. */
  public static Optional<MqttConnAckMessage> refused(MqttVersion version, ConnectRefusal why) {
    return why.code(version).map(code -> connAck(code, MqttProperties.NO_PROPERTIES));
  }

  private MqttProperties properties(ConnectRequest request) {
    MqttProperties properties = new MqttProperties();
    add(properties, MqttProperties.RECEIVE_MAXIMUM, receiveMaximum);
    add(properties, MqttProperties.MAXIMUM_QOS, 1);
    add(properties, MqttProperties.RETAIN_AVAILABLE, 0);
    add(properties, MqttProperties.MAXIMUM_PACKET_SIZE, maxPacketBytes);
    add(properties, MqttProperties.TOPIC_ALIAS_MAXIMUM, 0);
    add(properties, MqttProperties.WILDCARD_SUBSCRIPTION_AVAILABLE, 1);
    add(properties, MqttProperties.SUBSCRIPTION_IDENTIFIER_AVAILABLE, 0);
    add(properties, MqttProperties.SHARED_SUBSCRIPTION_AVAILABLE, 0);
    if (request.keepAliveChanged()) {
      add(properties, MqttProperties.SERVER_KEEP_ALIVE, request.keepAliveSeconds());
    }
    if (request.sessionExpiryChanged()) {
      add(properties, MqttProperties.SESSION_EXPIRY_INTERVAL, 0);
    }
    return properties;
  }

  private static void add(MqttProperties properties, int id, int value) {
    properties.add(new IntegerProperty(id, value));
  }

  private static MqttConnAckMessage connAck(MqttConnectReturnCode code, MqttProperties properties) {
    return new MqttConnAckMessage(HEADER, new MqttConnAckVariableHeader(code, false, properties));
  }
}
