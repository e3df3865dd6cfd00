package dev.tidings.node.mqtt.connect;

import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_BAD_AUTHENTICATION_METHOD;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_CLIENT_IDENTIFIER_NOT_VALID;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_IDENTIFIER_REJECTED;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_MALFORMED_PACKET;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_PACKET_TOO_LARGE;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_PROTOCOL_ERROR;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_UNSUPPORTED_PROTOCOL_VERSION;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_USE_ANOTHER_SERVER;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a CONNECT is refused, and what either version of the protocol has for saying so. What passes
 * is not said at all, the connection just ends: there are clients (MQTT.js, mosquitto_sub) that
 * come back after that, but take any refusal for final and never try again.
 */
public enum ConnectRefusal {
  PROTOCOL_VERSION(
      CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION,
      CONNECTION_REFUSED_UNSUPPORTED_PROTOCOL_VERSION),
  CLIENT_ID(CONNECTION_REFUSED_IDENTIFIER_REJECTED, CONNECTION_REFUSED_CLIENT_IDENTIFIER_NOT_VALID),
  AUTHENTICATION_METHOD(null, CONNECTION_REFUSED_BAD_AUTHENTICATION_METHOD),
  /** The node has as many connections as it may, or as many that wait for their turn. */
  BUSY(null, null),
  /** No inbox for the device here at the moment, or the node is stopping: try again. */
  UNAVAILABLE(null, null),
  /** Only for those that asked for it: it comes with the node to connect to. */
  ANOTHER_SERVER(null, CONNECTION_REFUSED_USE_ANOTHER_SERVER),
  MALFORMED(null, CONNECTION_REFUSED_MALFORMED_PACKET),
  PROTOCOL_ERROR(null, CONNECTION_REFUSED_PROTOCOL_ERROR),
  /** The CONNECT for the node, or the CONNACK for the client. */
  TOO_LARGE(null, CONNECTION_REFUSED_PACKET_TOO_LARGE);

  private final @Nullable MqttConnectReturnCode code311;
  private final @Nullable MqttConnectReturnCode code5;

  ConnectRefusal(@Nullable MqttConnectReturnCode code311, @Nullable MqttConnectReturnCode code5) {
    this.code311 = code311;
    this.code5 = code5;
  }

  /** As it is called in metrics and logs. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The code to answer with, if there is one in that version of the protocol; else just close. */
  Optional<MqttConnectReturnCode> code(MqttVersion version) {
    return Optional.ofNullable(version == MqttVersion.MQTT_5 ? code5 : code311);
  }
}
