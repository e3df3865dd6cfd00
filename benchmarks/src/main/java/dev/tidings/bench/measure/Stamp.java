package dev.tidings.bench.measure;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a notification says of itself, in hexadecimal at a fixed place of its payload: the device it
 * is for, its number among those for this device, and when it was meant to be sent, by {@link
 * System#nanoTime}. On Linux all processes of a machine share that clock.
 */
public final class Stamp {
  private static final byte[] START = "{\"b\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] MIDDLE = "\",\"a\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "\"}".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private static final int DEVICE = START.length;
  private static final int SEQUENCE = DEVICE + 8;
  private static final int TIME = SEQUENCE + 8;
  private static final int TIME_END = TIME + 16;

  /** The shortest payload that has room for one. */
  public static final int MIN_BYTES = TIME_END + MIDDLE.length + END.length;

  private Stamp() {}

  /** A payload of that size, yet without what it says. A JSON object. */
  public static byte[] payload(int bytes) {
    if (bytes < MIN_BYTES) {
      throw new IllegalArgumentException(
          "payload: %d bytes (expected: at least %d)".formatted(bytes, MIN_BYTES));
    }
    byte[] payload = new byte[bytes];
    Arrays.fill(payload, (byte) 'x');
    System.arraycopy(START, 0, payload, 0, START.length);
    System.arraycopy(MIDDLE, 0, payload, TIME_END, MIDDLE.length);
    System.arraycopy(END, 0, payload, bytes - END.length, END.length);
    write(payload, 0, 0, 0);
    return payload;
  }

  /** Has a payload say that. */
  public static void write(byte[] payload, int device, int sequence, long time) {
    hex(payload, DEVICE, 8, device);
    hex(payload, SEQUENCE, 8, sequence);
    hex(payload, TIME, 16, time);
  }

  /** The device a payload that begins at {@code start} is for. */
  public static int device(ByteBuf in, int start) {
    return (int) number(in, start + DEVICE, 8);
  }

  /** Its number among those for its device, from 0 on. */
  public static int sequence(ByteBuf in, int start) {
    return (int) number(in, start + SEQUENCE, 8);
  }

  /** When it was meant to be sent. */
  public static long time(ByteBuf in, int start) {
    return number(in, start + TIME, 16);
  }

  private static void hex(byte[] to, int at, int digits, long value) {
    for (int i = at + digits - 1; i >= at; i--) {
      to[i] = DIGITS[(int) value & 0xf];
      value >>>= 4;
    }
  }

  private static long number(ByteBuf in, int at, int digits) {
    long value = 0;
    for (int i = at; i < at + digits; i++) {
      int digit = in.getByte(i);
      value = value << 4 | (digit <= '9' ? digit - '0' : digit - 'a' + 10);
    }
    return value;
  }
}
