package dev.tidings.node.mqtt.decode;

import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;

/**
 * A violation in a packet, with MQTT 5's reason code. Without a stack trace, because it is caused
 * by input.
 */
public final class PacketException extends RuntimeException {
  private final Disconnect reason;

  private PacketException(Disconnect reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  static PacketException malformed(String message) {
    return new PacketException(Disconnect.MALFORMED_PACKET, message);
  }

  static PacketException protocolError(String message) {
    return new PacketException(Disconnect.PROTOCOL_ERROR, message);
  }

  static PacketException tooLarge(long bytes, int max) {
    return new PacketException(
        Disconnect.PACKET_TOO_LARGE, "packet: " + bytes + " bytes (expected: <= " + max + ")");
  }

  public Disconnect reason() {
    return reason;
  }
}
