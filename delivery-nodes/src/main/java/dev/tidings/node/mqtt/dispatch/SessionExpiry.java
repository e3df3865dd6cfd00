package dev.tidings.node.mqtt.dispatch;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import java.time.Duration;
import java.util.Optional;

/** Reads how long a session is to be kept, from the DISCONNECT that ends its connection. */
final class SessionExpiry {

  /** Returns what the packet says, or empty if it says nothing, as any does before MQTT 5. */
  static Optional<Duration> in(MqttMessage disconnect) {
    if (disconnect.variableHeader() instanceof MqttReasonCodeAndPropertiesVariableHeader header
        && header.properties().getProperty(MqttProperties.SESSION_EXPIRY_INTERVAL)
            instanceof MqttProperties.IntegerProperty interval) {
      // Four bytes, unsigned; the largest value means that the session never expires.
      return Optional.of(Duration.ofSeconds(Integer.toUnsignedLong(interval.value())));
    }
    return Optional.empty();
  }

  private SessionExpiry() {}
}
