package dev.tidings.node.mqtt.publish;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/** Writes the data types of MQTT 5, section 1.5, and computes their sizes. */
final class DataTypes {
  private static final int RADIX = 10;

  /** 10 to the power of the index, except 0 at index 0, because the number 0 has one digit too. */
  private static final long[] POWERS = new long[19];

  static {
    long power = 1;
    for (int i = 1; i < POWERS.length; i++) {
      power *= RADIX;
      POWERS[i] = power;
    }
  }

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

  /**
   * Returns the number of decimal digits of a number, which must not be negative. Without a
   * division, which would dominate the cost of sizing a notification.
   */
  static int decimalSize(long number) {
    int bits = Long.SIZE - Long.numberOfLeadingZeros(number | 1);
    // 1233 / 4096 approximates log10(2) well enough for 64 bits: at most one digit too few.
    int size = (bits * 1233) >>> 12;
    return number >= POWERS[size] ? size + 1 : size;
  }

  /**
   * Writes the number in decimal, without its length and without allocating a string.
   *
   * @param size its {@link #decimalSize}
   */
  static void writeDecimal(ByteBuf out, long number, int size) {
    int start = out.writerIndex();
    out.ensureWritable(size).writerIndex(start + size);
    long rest = number;
    for (int i = start + size - 1; i >= start; i--) {
      out.setByte(i, '0' + (int) (rest % RADIX));
      rest /= RADIX;
    }
  }

  private DataTypes() {}
}
