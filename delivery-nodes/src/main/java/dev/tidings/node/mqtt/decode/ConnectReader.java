package dev.tidings.node.mqtt.decode;

import dev.tidings.node.mqtt.decode.Property.Place;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectPayload;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttUnacceptableProtocolVersionException;
import io.netty.handler.codec.mqtt.MqttVersion;
import org.jspecify.annotations.Nullable;

/** Reads a CONNECT, in two steps: the version, then the fields that this version allows. */
final class ConnectReader {
  /** The bytes up to the version, in a packet with one of the two protocol names. */
  static final int VERSION_BYTES = 9;

  private static final int RESERVED = 0x01;
  private static final int CLEAN_START = 0x02;
  private static final int WILL = 0x04;
  private static final int WILL_QOS_SHIFT = 3;
  private static final int WILL_RETAIN = 0x20;
  private static final int PASSWORD = 0x40;
  private static final int USER_NAME = 0x80;

  /**
   * Reads the protocol's name and level.
   *
   * @throws MqttUnacceptableProtocolVersionException if it is not MQTT 3.1.1 or 5
   */
  static MqttVersion version(ByteBuf in) {
    String name = FieldReader.text(in);
    int level = FieldReader.oneByte(in);
    MqttVersion version = MqttVersion.fromProtocolNameAndLevel(name, (byte) level);
    if (version == MqttVersion.MQTT_3_1) {
      throw new MqttUnacceptableProtocolVersionException("MQTT 3.1 (expected: 3.1.1 or 5)");
    }
    return version;
  }

  /** Reads the rest. */
  static MqttConnectMessage read(MqttFixedHeader header, ByteBuf in, MqttVersion version) {
    int flags = FieldReader.oneByte(in);
    if ((flags & RESERVED) != 0) {
      throw PacketException.malformed("connect flags: reserved bit set");
    }
    int keepAlive = FieldReader.twoBytes(in);
    MqttProperties properties = properties(in, version, Place.CONNECT);
    MqttConnectVariableHeader variable =
        new MqttConnectVariableHeader(
            version.protocolName(),
            version.protocolLevel(),
            (flags & USER_NAME) != 0,
            (flags & PASSWORD) != 0,
            (flags & WILL_RETAIN) != 0,
            (flags >> WILL_QOS_SHIFT) & 0x03,
            (flags & WILL) != 0,
            (flags & CLEAN_START) != 0,
            keepAlive,
            properties);
    return new MqttConnectMessage(header, variable, payload(in, version, variable));
  }

  private static MqttConnectPayload payload(
      ByteBuf in, MqttVersion version, MqttConnectVariableHeader variable) {
    String clientId = FieldReader.text(in);
    MqttProperties willProperties = MqttProperties.NO_PROPERTIES;
    @Nullable String willTopic = null;
    byte @Nullable [] willMessage = null;
    if (variable.isWillFlag()) {
      willProperties = properties(in, version, Place.WILL);
      willTopic = FieldReader.topicName(in);
      if (willTopic.isEmpty()) {
        throw PacketException.malformed("will topic: empty");
      }
      willMessage = FieldReader.binary(in);
    }
    @Nullable String userName = variable.hasUserName() ? FieldReader.text(in) : null;
    byte @Nullable [] password = variable.hasPassword() ? FieldReader.binary(in) : null;
    FieldReader.end(in);
    return new MqttConnectPayload(
        clientId, willProperties, willTopic, willMessage, userName, password);
  }

  private static MqttProperties properties(ByteBuf in, MqttVersion version, Place place) {
    return version == MqttVersion.MQTT_5
        ? PropertiesReader.read(in, place)
        : MqttProperties.NO_PROPERTIES;
  }

  private ConnectReader() {}
}
