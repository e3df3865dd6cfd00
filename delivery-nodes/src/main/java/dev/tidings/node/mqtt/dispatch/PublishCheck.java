package dev.tidings.node.mqtt.dispatch;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import java.util.Optional;

/**
 * Checks that a device's PUBLISH respects the limits in the CONNACK. RETAIN is accepted and
 * ignored, and {@link ExactlyOnce} takes QoS 2.
 */
final class PublishCheck {

  /** Returns the reason code if it does not. */
  static Optional<Disconnect> error(MqttPublishMessage packet) {
    if (packet.variableHeader().properties().getProperty(MqttProperties.TOPIC_ALIAS) != null) {
      return Optional.of(Disconnect.TOPIC_ALIAS_INVALID); // [MQTT-3.2.2-17]
    }
    if (packet.variableHeader().topicName().isEmpty()) {
      return Optional.of(Disconnect.PROTOCOL_ERROR); // [MQTT-4.7.3-1]
    }
    return Optional.empty();
  }

  private PublishCheck() {}
}
