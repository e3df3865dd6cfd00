package dev.tidings.bench.device;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The few MQTT 5 packets that a device sends, and how to read those it receives. */
final class DevicePackets {
  static final int CONNACK = 2;
  static final int PUBLISH = 3;
  static final int PUBACK = 4;
  static final int DISCONNECT = 14;

  static final int USE_ANOTHER_SERVER = 0x9C;
  static final int PUBACK_BYTES = 4;
  static final int PINGREQ = 0xC000;

  private static final int SERVER_REFERENCE = 0x1C;
  private static final int USER_PROPERTY = 0x26;
  private static final int PASSWORD_FLAG = 0x40;
  private static final int LENGTH_BYTES = 2;
  private static final byte[] REGISTER = "$tidings/register".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] REDIRECT = "tidings-redirect".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ACCEPT = "accept".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] SUBSCRIBE = subscribe();

  private DevicePackets() {}

  /**
   * Returns CONNECT, without Clean Start and Keep Alive, followed by SUBSCRIBE: in one write, so
   * that parked notifications arrive immediately.
   */
  static ByteBuf connect(
      ByteBufAllocator buffers, String client, boolean redirect, Optional<String> password) {
    int properties =
        redirect ? 1 + LENGTH_BYTES + REDIRECT.length + LENGTH_BYTES + ACCEPT.length : 0;
    int remaining =
        10
            + 1
            + properties
            + LENGTH_BYTES
            + client.length()
            + password.map(text -> LENGTH_BYTES + text.length()).orElse(0);
    ByteBuf out = buffers.ioBuffer(1 + LENGTH_BYTES + remaining + SUBSCRIBE.length);
    out.writeByte(0x10);
    writeLength(out, remaining);
    out.writeShort(4).writeInt(0x4D515454).writeByte(5);
    out.writeByte(password.isPresent() ? PASSWORD_FLAG : 0).writeShort(0);
    out.writeByte(properties);
    if (redirect) {
      out.writeByte(USER_PROPERTY);
      out.writeShort(REDIRECT.length).writeBytes(REDIRECT);
      out.writeShort(ACCEPT.length).writeBytes(ACCEPT);
    }
    out.writeShort(client.length());
    ByteBufUtil.writeAscii(out, client);
    password.ifPresent(text -> {
      out.writeShort(text.length());
      ByteBufUtil.writeAscii(out, text);
    });
    return out.writeBytes(SUBSCRIBE);
  }

  private static void writeLength(ByteBuf out, int remaining) {
    int rest = remaining;
    while (rest > 0x7F) {
      out.writeByte((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest);
  }

  /** Returns SUBSCRIBE for the notifications of all apps, with QoS 1. */
  private static byte[] subscribe() {
    byte[] filter = "tidings/#".getBytes(StandardCharsets.US_ASCII);
    byte[] packet = new byte[8 + filter.length];
    packet[0] = (byte) 0x82;
    packet[1] = (byte) (packet.length - 2);
    packet[3] = 2;
    packet[6] = (byte) filter.length;
    System.arraycopy(filter, 0, packet, 7, filter.length);
    packet[packet.length - 1] = 1;
    return packet;
  }

  /** Returns the PUBLISH, with QoS 1, that requests a token. */
  static ByteBuf register(ByteBufAllocator buffers, String app) {
    int remaining = LENGTH_BYTES + REGISTER.length + LENGTH_BYTES + 1 + app.length() + 10;
    ByteBuf out = buffers.ioBuffer(2 + remaining);
    out.writeByte(0x32).writeByte(remaining);
    out.writeShort(REGISTER.length).writeBytes(REGISTER).writeShort(1).writeByte(0);
    ByteBufUtil.writeAscii(out, "{\"app\":\"" + app + "\"}");
    return out;
  }

  static void puback(ByteBuf out, int packetId) {
    out.writeShort(0x4002).writeShort(packetId);
  }

  /** Returns the length of the first packet in bytes; -1 if its length is not complete. */
  static int length(ByteBuf in) {
    int start = in.readerIndex();
    int bytes = in.readableBytes();
    int remaining = 0;
    for (int i = 1; i < bytes && i <= 4; i++) {
      int digit = in.getByte(start + i);
      remaining |= (digit & 0x7F) << (7 * (i - 1));
      if (digit >= 0) {
        return 1 + i + remaining;
      }
    }
    if (bytes > 4) {
      throw new IllegalArgumentException("remaining length: more than 4 bytes");
    }
    return -1;
  }

  /** Returns the end of the fixed header of the packet at {@code start}. */
  static int body(ByteBuf in, int start) {
    return afterNumber(in, start + 1);
  }

  /** Returns the end of the properties that begin at {@code at}. */
  static int afterProperties(ByteBuf in, int at) {
    int length = 0;
    for (int i = 0; ; i++) {
      int digit = in.getByte(at + i);
      length |= (digit & 0x7F) << (7 * i);
      if (digit >= 0) {
        return at + i + 1 + length;
      }
    }
  }

  /** Returns the property of a CONNACK that redirects a device to another node. */
  static String serverReference(ByteBuf in, int body) {
    int at = afterNumber(in, body + 2);
    if (in.getByte(at) != SERVER_REFERENCE) {
      throw new IllegalArgumentException("CONNACK: no Server Reference");
    }
    return in.toString(at + 3, in.getUnsignedShort(at + 1), StandardCharsets.UTF_8);
  }

  private static int afterNumber(ByteBuf in, int at) {
    int end = at;
    while (in.getByte(end) < 0) {
      end++;
    }
    return end + 1;
  }
}
