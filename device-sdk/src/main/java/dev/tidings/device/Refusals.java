package dev.tidings.device;

import com.hivemq.client.mqtt.datatypes.MqttUtf8String;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import java.net.UnknownHostException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Recognises ends of a connection after which another attempt is useless. */
final class Refusals {
  private static final Set<Mqtt5ConnAckReasonCode> OF_CONNECT =
      EnumSet.of(
          Mqtt5ConnAckReasonCode.MALFORMED_PACKET,
          Mqtt5ConnAckReasonCode.PROTOCOL_ERROR,
          Mqtt5ConnAckReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
          Mqtt5ConnAckReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
          Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD,
          Mqtt5ConnAckReasonCode.NOT_AUTHORIZED,
          Mqtt5ConnAckReasonCode.BANNED,
          Mqtt5ConnAckReasonCode.BAD_AUTHENTICATION_METHOD);

  // Two connections of one device that both reconnect would take over from each other forever.
  private static final Set<Mqtt5DisconnectReasonCode> LATER =
      EnumSet.of(
          Mqtt5DisconnectReasonCode.SESSION_TAKEN_OVER, Mqtt5DisconnectReasonCode.NOT_AUTHORIZED);

  /** How Netty says which system call has failed, before it says why. */
  private static final Pattern SYSTEM_CALL =
      Pattern.compile("^\\w+\\(\\.\\.\\) failed with error\\(-?\\d+\\): ");

  private Refusals() {}

  static boolean isFinal(Throwable cause) {
    return switch (cause) {
      case Mqtt5ConnAckException e -> OF_CONNECT.contains(e.getMqttMessage().getReasonCode());
      case Mqtt5DisconnectException e -> LATER.contains(e.getMqttMessage().getReasonCode());
      default -> false;
    };
  }

  /** Whether the server refuses the credentials, which others may be good for. */
  static boolean isOfCredentials(Throwable cause) {
    return switch (cause) {
      case Mqtt5ConnAckException e ->
          e.getMqttMessage().getReasonCode() == Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD
              || e.getMqttMessage().getReasonCode() == Mqtt5ConnAckReasonCode.NOT_AUTHORIZED;
      case Mqtt5DisconnectException e ->
          e.getMqttMessage().getReasonCode() == Mqtt5DisconnectReasonCode.NOT_AUTHORIZED;
      default -> false;
    };
  }

  /** Whether the server does not know the way in which the credentials were sent. */
  static boolean isOfMethod(Throwable cause) {
    return cause instanceof Mqtt5ConnAckException e
        && e.getMqttMessage().getReasonCode() == Mqtt5ConnAckReasonCode.BAD_AUTHENTICATION_METHOD;
  }

  /** Returns the other servers that the server named, unparsed. */
  static Optional<String> reference(Throwable cause) {
    Optional<MqttUtf8String> reference =
        switch (cause) {
          case Mqtt5ConnAckException e -> e.getMqttMessage().getServerReference();
          case Mqtt5DisconnectException e -> e.getMqttMessage().getServerReference();
          default -> Optional.empty();
        };
    return reference.map(MqttUtf8String::toString);
  }

  /** Returns the reason, for a person. */
  static String reason(Throwable cause) {
    return switch (cause) {
      case Mqtt5ConnAckException e -> e.getMqttMessage().getReasonCode().toString();
      case Mqtt5DisconnectException e -> e.getMqttMessage().getReasonCode().toString();
      default -> {
        Throwable root = cause.getCause() == null ? cause : cause.getCause();
        if (root instanceof UnknownHostException) {
          // The JDK says so the first time only, and names the host alone while it remembers.
          String host = String.valueOf(root.getMessage()).split(":", 2)[0];
          yield host + " is no host that is known here";
        }
        yield root.getMessage() == null
            ? root.toString()
            : SYSTEM_CALL.matcher(root.getMessage()).replaceFirst("");
      }
    };
  }
}
