package dev.tidings.schemas.topic;

import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import java.nio.ByteBuffer;

/**
 * The key of a parked delivery: the device's length (two bytes, big-endian) ‖ the device, UTF-8 ‖
 * the sequence (eight bytes, big-endian). The bytes of one device's entries sort by sequence.
 *
 * @param sequence the delivery's offset in {@code deliveries}, never below 0
 */
public record InboxKey(DeviceId device, long sequence) {
  private static final int LENGTH_BYTES = Short.BYTES;

  public InboxKey {
    if (sequence < 0) {
      throw new InvalidValueException("sequence", Long.toString(sequence), ">= 0");
    }
  }

  public static byte[] bytes(byte[] device, long sequence) {
    return ByteBuffer.allocate(LENGTH_BYTES + device.length + Long.BYTES)
        .putShort((short) device.length)
        .put(device)
        .putLong(sequence)
        .array();
  }

  public byte[] bytes() {
    return bytes(device.key(), sequence);
  }

  /**
   * Reads a key.
   *
   * @throws InvalidValueException if the bytes are no such key
   */
  public static InboxKey parse(byte[] key) {
    ByteBuffer in = ByteBuffer.wrap(key);
    int length = key.length < LENGTH_BYTES ? -1 : in.getShort() & 0xffff;
    if (length <= 0 || key.length != LENGTH_BYTES + length + Long.BYTES) {
      throw new InvalidValueException(
          "inbox key", key.length + " bytes", "length, device and sequence");
    }
    return new InboxKey(
        DeviceId.ofKey(key, LENGTH_BYTES, length), in.getLong(LENGTH_BYTES + length));
  }
}
