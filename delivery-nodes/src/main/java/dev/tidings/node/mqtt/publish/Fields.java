package dev.tidings.node.mqtt.publish;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/** The data types of MQTT 5, section 1.5: how long they are, and how they are written. */
final class Fields {
  private static final int RADIX = 10;

  static int varIntSize(int value) {
    int size = 1;
    for (int rest = value >>> 7; rest != 0; rest >>>= 7) {
      size++;
    }
    return size;
  }

  static void writeVarInt(ByteBuf out, int value) {
    int rest = value;
    while (rest > 0x7F) {
      out.writeByte((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest);
  }

  static int utf8Size(String text) {
    return ByteBufUtil.utf8Bytes(text);
  }

  /** Writes the text without its length. */
  static void writeUtf8(ByteBuf out, String text) {
    ByteBufUtil.writeUtf8(out, text);
  }

  /** How many characters the number has, written without a sign. */
  static int decimalSize(long number) {
    int size = 1;
    for (long rest = number / RADIX; rest != 0; rest /= RADIX) {
      size++;
    }
    return size;
  }

  /** Writes the number in decimal, without its length, and without a string for each. */
  static void writeDecimal(ByteBuf out, long number) {
    int size = decimalSize(number);
    int start = out.writerIndex();
    out.ensureWritable(size).writerIndex(start + size);
    long rest = number;
    for (int i = start + size - 1; i >= start; i--) {
      out.setByte(i, '0' + (int) (rest % RADIX));
      rest /= RADIX;
    }
  }

  private Fields() {}
}
