package dev.tidings.node.mqtt.decode;

import io.netty.buffer.ByteBuf;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads the data types of MQTT, section 1.5, from a buffer that ends where the packet does. */
final class FieldReader {
  private static final int MAX_VAR_INT_BYTES = 4;

  static int oneByte(ByteBuf in) {
    need(in, 1);
    return in.readUnsignedByte();
  }

  static int twoBytes(ByteBuf in) {
    need(in, 2);
    return in.readUnsignedShort();
  }

  /** Reads a four-byte integer. Unsigned on the wire: a negative result is above 2 Gi. */
  static int fourBytes(ByteBuf in) {
    need(in, 4);
    return in.readInt();
  }

  /** Reads a variable byte integer, which must use the minimum of bytes [MQTT-1.5.5-1]. */
  static int varInt(ByteBuf in) {
    int value = 0;
    for (int i = 0; i < MAX_VAR_INT_BYTES; i++) {
      int digit = oneByte(in);
      value |= (digit & 0x7F) << (7 * i);
      if ((digit & 0x80) == 0) {
        if (digit == 0 && i > 0) {
          throw PacketException.malformed("variable byte integer: longer than needed");
        }
        return value;
      }
    }
    throw PacketException.malformed("variable byte integer: more than 4 bytes");
  }

  /** Reads a packet identifier, which must not be 0 [MQTT-2.2.1-3]. */
  static int packetId(ByteBuf in) {
    int id = twoBytes(in);
    if (id == 0) {
      throw PacketException.malformed("packet id: 0 (expected: 1 to 65535)");
    }
    return id;
  }

  /** Reads a text: well-formed UTF-8 without surrogates or U+0000 [MQTT-1.5.4-1] [MQTT-1.5.4-2]. */
  static String text(ByteBuf in) {
    int size = twoBytes(in);
    need(in, size);
    if (size == 0) {
      return "";
    }
    String text;
    try {
      text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(in.nioBuffer(in.readerIndex(), size))
              .toString();
    } catch (CharacterCodingException e) {
      throw PacketException.malformed("text: no UTF-8");
    }
    in.skipBytes(size);
    if (text.indexOf(0) >= 0) {
      throw PacketException.malformed("text: contains U+0000");
    }
    return text;
  }

  /** Reads a topic name, which must not contain wildcards [MQTT-3.3.2-2]. */
  static String topicName(ByteBuf in) {
    String name = text(in);
    if (isFilter(name)) {
      throw PacketException.malformed("topic name: contains a wildcard");
    }
    return name;
  }

  static boolean isFilter(String topic) {
    return topic.indexOf('#') >= 0 || topic.indexOf('+') >= 0;
  }

  static byte[] binary(ByteBuf in) {
    int size = twoBytes(in);
    need(in, size);
    byte[] bytes = new byte[size];
    in.readBytes(bytes);
    return bytes;
  }

  static void end(ByteBuf in) {
    if (in.isReadable()) {
      throw PacketException.malformed(
          "packet: " + in.readableBytes() + " bytes behind its last field (expected: none)");
    }
  }

  private static void need(ByteBuf in, int bytes) {
    if (in.readableBytes() < bytes) {
      throw PacketException.malformed("packet: ends within a field");
    }
  }

  private FieldReader() {}
}
