package dev.tidings.node.mqtt.connect;

import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_BAD_AUTHENTICATION_METHOD;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USERNAME_OR_PASSWORD;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_CLIENT_IDENTIFIER_NOT_VALID;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_IDENTIFIER_REJECTED;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_MALFORMED_PACKET;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED_5;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_PACKET_TOO_LARGE;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_PROTOCOL_ERROR;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_UNSUPPORTED_PROTOCOL_VERSION;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_USE_ANOTHER_SERVER;

import dev.tidings.auth.RefusalReason;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The reason why a CONNECT is refused, and its code in either version of the protocol. Temporary
 * reasons are not sent, the connection just ends: some clients (MQTT.js, mosquitto_sub) reconnect
 * after that, but consider any refusal final and never retry.
 */
public enum ConnectRefusal {
  PROTOCOL_VERSION(
      CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION,
      CONNECTION_REFUSED_UNSUPPORTED_PROTOCOL_VERSION),
  CLIENT_ID(CONNECTION_REFUSED_IDENTIFIER_REJECTED, CONNECTION_REFUSED_CLIENT_IDENTIFIER_NOT_VALID),
  /** No credentials, or none that prove anything. */
  BAD_CREDENTIALS(
      CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD, CONNECTION_REFUSED_BAD_USERNAME_OR_PASSWORD),
  /** The credentials are good, but not for this device. */
  NOT_AUTHORIZED(CONNECTION_REFUSED_NOT_AUTHORIZED, CONNECTION_REFUSED_NOT_AUTHORIZED_5),
  /** The credentials cannot be checked now: try again. */
  AUTHENTICATOR_UNAVAILABLE(null, null),
  AUTHENTICATION_METHOD(null, CONNECTION_REFUSED_BAD_AUTHENTICATION_METHOD),
  /** The node has its maximum of connections, or of connections that wait for their turn. */
  BUSY(null, null),
  /** The device's inbox is not at this node at the moment, or the node is stopping: try again. */
  UNAVAILABLE(null, null),
  /** Only for devices that accept redirection: names the node to connect to. */
  ANOTHER_SERVER(null, CONNECTION_REFUSED_USE_ANOTHER_SERVER),
  MALFORMED(null, CONNECTION_REFUSED_MALFORMED_PACKET),
  PROTOCOL_ERROR(null, CONNECTION_REFUSED_PROTOCOL_ERROR),
  /** The CONNECT is too large for the node, or the CONNACK for the client. */
  TOO_LARGE(null, CONNECTION_REFUSED_PACKET_TOO_LARGE);

  private final @Nullable MqttConnectReturnCode code311;
  private final @Nullable MqttConnectReturnCode code5;

  ConnectRefusal(@Nullable MqttConnectReturnCode code311, @Nullable MqttConnectReturnCode code5) {
    this.code311 = code311;
    this.code5 = code5;
  }

  /** Returns the answer to credentials that an authenticator refuses. */
  public static ConnectRefusal of(RefusalReason reason) {
    return switch (reason) {
      case MISSING, INVALID, EXPIRED -> BAD_CREDENTIALS;
      case NOT_AUTHORIZED -> NOT_AUTHORIZED;
      case UNAVAILABLE -> AUTHENTICATOR_UNAVAILABLE;
    };
  }

  /** Returns its name in metrics and logs. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Returns the code to respond with, if that version of the protocol has one; otherwise the
   * connection is just closed.
   */
  Optional<MqttConnectReturnCode> code(MqttVersion version) {
    return Optional.ofNullable(version == MqttVersion.MQTT_5 ? code5 : code311);
  }
}
