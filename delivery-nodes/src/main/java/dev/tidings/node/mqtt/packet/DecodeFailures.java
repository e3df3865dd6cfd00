package dev.tidings.node.mqtt.packet;

import dev.tidings.node.mqtt.connect.ConnectRefusal;
import dev.tidings.node.mqtt.decode.PacketException;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import io.netty.handler.codec.mqtt.MqttUnacceptableProtocolVersionException;

/** Maps decode failures to the reason codes of the protocol. */
public final class DecodeFailures {

  public static Disconnect disconnect(Throwable cause) {
    return cause instanceof PacketException wrong ? wrong.reason() : Disconnect.MALFORMED_PACKET;
  }

  public static ConnectRefusal refusal(Throwable cause) {
    if (cause instanceof MqttUnacceptableProtocolVersionException) {
      return ConnectRefusal.PROTOCOL_VERSION;
    }
    return switch (disconnect(cause)) {
      case PACKET_TOO_LARGE -> ConnectRefusal.TOO_LARGE;
      case PROTOCOL_ERROR -> ConnectRefusal.PROTOCOL_ERROR;
      default -> ConnectRefusal.MALFORMED;
    };
  }

  private DecodeFailures() {}
}
