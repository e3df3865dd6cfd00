package dev.tidings.bench.measure;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A stamp in a payload, in hexadecimal at a fixed position: the recipient, the notification's
 * number among those for this device, and the time at which it was due, by {@link System#nanoTime}.
 * On Linux all processes of a machine share that clock.
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

  /** The recipient in what is sent to many devices at once. */
  public static final int EVERYBODY = -1;

  /** The shortest payload that can contain a stamp. */
  public static final int MIN_BYTES = TIME_END + MIDDLE.length + END.length;

  private Stamp() {}

  /** Returns a payload of a size, a JSON object, with an empty stamp. */
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

  /** Writes a stamp into a payload. */
  public static void write(byte[] payload, int device, int sequence, long time) {
    hex(payload, DEVICE, 8, device);
    hex(payload, SEQUENCE, 8, sequence);
    hex(payload, TIME, 16, time);
  }

  /** Returns the recipient in the payload that begins at {@code start}. */
  public static int device(ByteBuf in, int start) {
    return (int) number(in, start + DEVICE, 8);
  }

  /** Returns its number among those for its device, from 0 on. */
  public static int sequence(ByteBuf in, int start) {
    return (int) number(in, start + SEQUENCE, 8);
  }

  /** Returns the time at which it was due. */
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
