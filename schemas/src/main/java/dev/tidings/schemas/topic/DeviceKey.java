package dev.tidings.schemas.topic;

import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The key of a record that belongs to a device: the device's length (two bytes, big-endian) ‖ the
 * device, UTF-8 ‖ a name, UTF-8. It is partitioned by the device alone, as {@link InboxKey} is, and
 * the records of one device are adjacent in key order.
 *
 * @param name distinguishes the device's records, such as an app; empty if it has only one
 */
public record DeviceKey(DeviceId device, String name) {
  private static final int LENGTH_BYTES = Short.BYTES;

  /** Returns the prefix of the keys of all records of a device. */
  public static byte[] prefix(DeviceId device) {
    byte[] id = device.key();
    return ByteBuffer.allocate(LENGTH_BYTES + id.length)
        .putShort((short) id.length)
        .put(id)
        .array();
  }

  public byte[] bytes() {
    byte[] prefix = prefix(device);
    byte[] rest = name.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(prefix.length + rest.length).put(prefix).put(rest).array();
  }

  /**
   * Reads a key.
   *
   * @throws InvalidValueException if the bytes are no such key
   */
  public static DeviceKey parse(byte[] key) {
    int length = key.length < LENGTH_BYTES ? -1 : ByteBuffer.wrap(key).getShort() & 0xffff;
    if (length <= 0 || key.length < LENGTH_BYTES + length) {
      throw new InvalidValueException("device key", key.length + " bytes", "length, device, name");
    }
    DeviceId device = DeviceId.ofKey(key, LENGTH_BYTES, length);
    int name = LENGTH_BYTES + length;
    return new DeviceKey(device, new String(key, name, key.length - name, StandardCharsets.UTF_8));
  }
}
