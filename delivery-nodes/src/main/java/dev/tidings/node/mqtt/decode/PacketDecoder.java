package dev.tidings.node.mqtt.decode;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageFactory;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttUnacceptableProtocolVersionException;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.AttributeKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a connection's bytes, in pieces of any size, into packets of the version its CONNECT
 * states. A violation of the standard ends the decoding: one message whose decoder result is a
 * failure, with a {@link PacketException} or {@link MqttUnacceptableProtocolVersionException} as
 * its cause; all further input is dropped. Event loop only.
 */
public final class PacketDecoder extends ByteToMessageDecoder {
  /**
   * The attribute in which the codec's encoder finds the version, set as soon as it is decoded from
   * a CONNECT.
   */
  public static final AttributeKey<MqttVersion> VERSION =
      AttributeKey.valueOf("NETTY_CODEC_MQTT_VERSION");

  private static final int DUP = 0x08;
  private static final int QOS_SHIFT = 1;
  private static final int QOS = 0x03;
  private static final int RETAIN = 0x01;
  private static final int FLAGS = 0x0F;
  private static final int RESERVED_FLAGS = 0x02;
  private static final int BITS_PER_BYTE = 7;
  private static final int MAX_LENGTH_BYTES = 4;

  // The most frequent packet from a device.
  private static final MqttFixedHeader SHORT_PUBACK =
      new MqttFixedHeader(MqttMessageType.PUBACK, false, MqttQoS.AT_MOST_ONCE, false, 2);

  private final int maxPacketBytes;
  private @Nullable PacketReader reader;
  private boolean failed;

  /** Creates a decoder for one connection that accepts packets up to that many bytes in total. */
  public PacketDecoder(int maxPacketBytes) {
    this.maxPacketBytes = maxPacketBytes;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (failed) {
      in.skipBytes(in.readableBytes());
      return;
    }
    int first = in.getUnsignedByte(in.readerIndex());
    MqttFixedHeader header = null;
    try {
      MqttMessageType type = type(first);
      header = header(type, first, 0);
      if (reader == null && type != MqttMessageType.CONNECT) {
        throw PacketException.protocolError("first packet: " + type + " (expected: CONNECT)");
      }
      int lengthBytes = lengthBytes(in);
      if (lengthBytes == 0) {
        return;
      }
      int length = length(in, lengthBytes);
      long bytes = 1L + lengthBytes + length;
      if (bytes > maxPacketBytes) {
        if (reader == null) {
          if (in.readableBytes() < 1 + lengthBytes + ConnectReader.VERSION_BYTES) {
            return;
          }
          // A CONNECT that is too large is answered in the version it states.
          in.skipBytes(1 + lengthBytes);
          ctx.channel().attr(VERSION).set(ConnectReader.version(in));
        }
        throw PacketException.tooLarge(bytes, maxPacketBytes);
      }
      if (in.readableBytes() < bytes) {
        return;
      }
      header = header(type, first, length);
      in.skipBytes(1 + lengthBytes);
      out.add(read(ctx, header, in.readSlice(length), lengthBytes));
    } catch (PacketException | MqttUnacceptableProtocolVersionException e) {
      failed = true;
      in.skipBytes(in.readableBytes());
      out.add(MqttMessageFactory.newInvalidMessage(header, null, e));
    }
  }

  private MqttMessage read(
      ChannelHandlerContext ctx, MqttFixedHeader header, ByteBuf in, int lengthBytes) {
    PacketReader following = reader;
    if (following != null) {
      requireShort(header.remainingLength(), lengthBytes, following.version());
      return following.read(header, in);
    }
    MqttVersion version = ConnectReader.version(in);
    ctx.channel().attr(VERSION).set(version);
    requireShort(header.remainingLength(), lengthBytes, version);
    reader = new PacketReader(version);
    return ConnectReader.read(header, in, version);
  }

  /** Returns the type, after checking the flags required for it [MQTT-2.1.3-1]. */
  private static MqttMessageType type(int first) {
    if (first >> 4 == 0) {
      throw PacketException.malformed("packet type: 0 (expected: 1 to 15)");
    }
    MqttMessageType type = MqttMessageType.valueOf(first >> 4);
    int flags = first & FLAGS;
    boolean wrong =
        switch (type) {
          // QoS 3 [MQTT-3.3.1-4], and a duplicate of QoS 0 [MQTT-3.3.1-2].
          case PUBLISH -> ((flags >> QOS_SHIFT) & QOS) == QOS || (flags & ~RETAIN) == DUP;
          case PUBREL, SUBSCRIBE, UNSUBSCRIBE -> flags != RESERVED_FLAGS;
          default -> flags != 0;
        };
    if (wrong) {
      throw PacketException.malformed("fixed header: flags " + flags + " in " + type);
    }
    return type;
  }

  private static MqttFixedHeader header(MqttMessageType type, int first, int length) {
    if (type == MqttMessageType.PUBACK && length == 2) {
      return SHORT_PUBACK;
    }
    return new MqttFixedHeader(
        type,
        (first & DUP) != 0,
        MqttQoS.valueOf((first >> QOS_SHIFT) & QOS),
        (first & RETAIN) != 0,
        length);
  }

  /** Returns how many bytes the Remaining Length takes; 0 if they have not all arrived. */
  private static int lengthBytes(ByteBuf in) {
    for (int i = 1; i <= MAX_LENGTH_BYTES; i++) {
      if (in.readableBytes() <= i) {
        return 0;
      }
      if (in.getByte(in.readerIndex() + i) >= 0) {
        return i;
      }
    }
    throw PacketException.malformed("remaining length: more than 4 bytes");
  }

  private static int length(ByteBuf in, int lengthBytes) {
    int length = 0;
    for (int i = lengthBytes; i > 0; i--) {
      length = (length << 7) | (in.getByte(in.readerIndex() + i) & 0x7F);
    }
    return length;
  }

  /** Checks that an MQTT 5 length uses the minimum of bytes; earlier versions do not require it. */
  private static void requireShort(int length, int lengthBytes, MqttVersion version) {
    if (version == MqttVersion.MQTT_5
        && lengthBytes > 1
        && length >> (BITS_PER_BYTE * (lengthBytes - 1)) == 0) {
      throw PacketException.malformed("remaining length: in more bytes than needed");
    }
  }
}
