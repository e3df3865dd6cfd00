package dev.tidings.node.mqtt.decode;

import dev.tidings.node.mqtt.decode.Property.Place;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.BinaryProperty;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttProperty;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.netty.handler.codec.mqtt.MqttProperties.UserProperty;

/**
 * Reads the properties of MQTT 5, section 2.2.2: each has to be known, allowed in its packet, and
 * present once only, unless it may be repeated.
 */
final class PropertiesReader {

  /** Reads the length and that many bytes of properties. */
  static MqttProperties read(ByteBuf in, Place place) {
    int size = FieldReader.varInt(in);
    if (size == 0) {
      return MqttProperties.NO_PROPERTIES;
    }
    if (size > in.readableBytes()) {
      throw PacketException.malformed("properties: longer than their packet");
    }
    ByteBuf bytes = in.readSlice(size);
    MqttProperties properties = new MqttProperties();
    long seen = 0;
    while (bytes.isReadable()) {
      int id = FieldReader.varInt(bytes);
      Property property = Property.of(id);
      if (property == null || !property.mayStandIn(place)) {
        throw PacketException.malformed("property " + id + ": does not belong to " + place);
      }
      if (!property.isRepeatable() && (seen & (1L << id)) != 0) {
        throw PacketException.protocolError("property " + id + ": repeated (expected: once)");
      }
      seen |= 1L << id;
      properties.add(value(bytes, property));
    }
    return properties;
  }

  private static MqttProperty<?> value(ByteBuf in, Property property) {
    int id = property.id();
    return switch (property.type()) {
      case YES_OR_NO -> new IntegerProperty(id, yesOrNo(in, id));
      case TWO_BYTES -> new IntegerProperty(id, FieldReader.twoBytes(in));
      case FOUR_BYTES -> new IntegerProperty(id, FieldReader.fourBytes(in));
      case VAR_INT -> new IntegerProperty(id, FieldReader.varInt(in));
      case TEXT -> new StringProperty(id, FieldReader.text(in));
      case TOPIC_NAME -> new StringProperty(id, FieldReader.topicName(in));
      case TEXT_PAIR -> new UserProperty(FieldReader.text(in), FieldReader.text(in));
      case BINARY -> new BinaryProperty(id, FieldReader.binary(in));
    };
  }

  private static int yesOrNo(ByteBuf in, int id) {
    int value = FieldReader.oneByte(in);
    if (value > 1) {
      throw PacketException.protocolError("property " + id + ": " + value + " (expected: 0 or 1)");
    }
    return value;
  }

  private PropertiesReader() {}
}
