package dev.tidings.node.mqtt;

import dev.tidings.node.mqtt.connect.ConnectRefusal;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.mqtt.MqttIdentifierRejectedException;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import io.netty.handler.codec.mqtt.MqttUnacceptableProtocolVersionException;

/** What the protocol has to say to bytes the codec could not make a packet of. */
final class DecodeFailures {

  static Disconnect disconnect(Throwable cause) {
    return cause instanceof TooLongFrameException
        ? Disconnect.PACKET_TOO_LARGE
        : Disconnect.MALFORMED_PACKET;
  }

  static ConnectRefusal refusal(Throwable cause) {
    return switch (cause) {
      case MqttUnacceptableProtocolVersionException _ -> ConnectRefusal.PROTOCOL_VERSION;
      case MqttIdentifierRejectedException _ -> ConnectRefusal.CLIENT_ID;
      case TooLongFrameException _ -> ConnectRefusal.TOO_LARGE;
      default -> ConnectRefusal.MALFORMED;
    };
  }

  private DecodeFailures() {}
}
