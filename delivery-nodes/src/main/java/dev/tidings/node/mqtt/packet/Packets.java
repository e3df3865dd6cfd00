package dev.tidings.node.mqtt.packet;

import dev.tidings.node.mqtt.connect.ConnectRefusal;
import dev.tidings.node.session.AttachRefusal;
import dev.tidings.node.session.CloseReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubAckMessage;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Auth;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import io.netty.handler.codec.mqtt.MqttReasonCodes.PubAck;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The small packets a connection writes, and their codes. */
public final class Packets {
  private static final Logger log = LoggerFactory.getLogger(Packets.class);

  private static final int DISCONNECT = 0xE0;
  private static final MqttFixedHeader PUBACK =
      new MqttFixedHeader(MqttMessageType.PUBACK, false, MqttQoS.AT_MOST_ONCE, false, 2);
  private static final MqttFixedHeader PUBREC =
      new MqttFixedHeader(MqttMessageType.PUBREC, false, MqttQoS.AT_MOST_ONCE, false, 2);
  private static final MqttFixedHeader PUBCOMP =
      new MqttFixedHeader(MqttMessageType.PUBCOMP, false, MqttQoS.AT_MOST_ONCE, false, 2);
  private static final MqttFixedHeader AUTH =
      new MqttFixedHeader(MqttMessageType.AUTH, false, MqttQoS.AT_MOST_ONCE, false, 0);

  /**
   * Encodes an MQTT 5 DISCONNECT without properties. As bytes, because the codec uses the version
   * of the last CONNECT it saw, and a second CONNECT, which is answered with this packet, may have
   * another one.
   */
  private static ByteBuf disconnect(ByteBufAllocator allocator, Disconnect reason) {
    return allocator.buffer(3).writeByte(DISCONNECT).writeByte(1).writeByte(reason.byteValue());
  }

  /**
   * Encodes the packet that tells a device why its connection ends. Null if there is no memory for
   * it: the connection ends in any case.
   */
  public static @Nullable ByteBuf lastWord(ByteBufAllocator allocator, Disconnect reason) {
    try {
      return disconnect(allocator, reason);
    } catch (OutOfMemoryError e) {
      log.debug("a device is not told why its connection ends: {}", e.toString());
      return null;
    }
  }

  public static MqttMessage pubAck(int packetId, PubAck reason) {
    return new MqttPubAckMessage(
        PUBACK,
        new MqttPubReplyMessageVariableHeader(
            packetId, reason.byteValue(), MqttProperties.NO_PROPERTIES));
  }

  /** Returns a PUBREC, whose reasons are those of a PUBACK. */
  public static MqttMessage pubRec(int packetId, PubAck reason) {
    return new MqttMessage(
        PUBREC,
        new MqttPubReplyMessageVariableHeader(
            packetId, reason.byteValue(), MqttProperties.NO_PROPERTIES));
  }

  /** Returns a PUBCOMP. */
  public static MqttMessage pubComp(int packetId) {
    return new MqttMessage(
        PUBCOMP,
        new MqttPubReplyMessageVariableHeader(packetId, (byte) 0, MqttProperties.NO_PROPERTIES));
  }

  /** Returns an AUTH of MQTT 5, which has always the method that the CONNECT had. */
  public static MqttMessage auth(Auth reason, String method) {
    MqttProperties properties = new MqttProperties();
    properties.add(new MqttProperties.StringProperty(MqttProperties.AUTHENTICATION_METHOD, method));
    return new MqttMessage(
        AUTH, new MqttReasonCodeAndPropertiesVariableHeader(reason.byteValue(), properties));
  }

  public static Disconnect reason(CloseReason closeReason) {
    return switch (closeReason) {
      case TAKEN_OVER -> Disconnect.SESSION_TAKEN_OVER;
      case SERVER_MOVED -> Disconnect.SERVER_MOVED;
      case SHUTTING_DOWN -> Disconnect.SERVER_SHUTTING_DOWN;
      case NOT_AUTHORIZED -> Disconnect.NOT_AUTHORIZED;
      case OVERLOADED -> Disconnect.SERVER_BUSY;
      case ERASED, ADMINISTRATOR -> Disconnect.ADMINISTRATIVE_ACTION;
    };
  }

  /**
   * Maps a refusal to a CONNACK. There is no code for a stopping server other than "unavailable".
   */
  public static ConnectRefusal reason(AttachRefusal refusal) {
    return switch (refusal) {
      case NOT_HERE, OWNERSHIP_IN_DOUBT, SHUTTING_DOWN -> ConnectRefusal.UNAVAILABLE;
    };
  }

  private Packets() {}
}
