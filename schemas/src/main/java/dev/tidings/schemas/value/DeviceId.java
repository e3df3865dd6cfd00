package dev.tidings.schemas.value;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A device's serial number: its MQTT client id, and the key by which deliveries are partitioned.
 *
 * @param value 1 to 128 bytes of UTF-8 without control characters
 */
public record DeviceId(String value) implements Comparable<DeviceId> {
  public static final int MAX_BYTES = 128;

  /** What takes the place of bytes that are not UTF-8. */
  private static final char REPLACEMENT = '\uFFFD';

  public DeviceId {
    if (!isValid(value)) {
      throw invalid(value);
    }
  }

  private static InvalidValueException invalid(String value) {
    return new InvalidValueException(
        "device", value, "1 to " + MAX_BYTES + " bytes of UTF-8 without control characters");
  }

  /**
   * Reads the key of a record.
   *
   * @throws InvalidValueException if the bytes are no device
   */
  public static DeviceId ofKey(byte[] key) {
    return ofKey(key, 0, key.length);
  }

  /**
   * Reads a part of the key of a record. Bytes that are not UTF-8 are no device: they would become
   * that of another key, under which nothing of them is found.
   *
   * @throws InvalidValueException if the bytes are no device
   */
  public static DeviceId ofKey(byte[] key, int from, int length) {
    DeviceId device = new DeviceId(new String(key, from, length, StandardCharsets.UTF_8));
    if (device.value.indexOf(REPLACEMENT) >= 0
        && !Arrays.equals(device.key(), Arrays.copyOfRange(key, from, from + length))) {
      throw invalid(device.value);
    }
    return device;
  }

  /** Returns the device as the key of a record in the log. */
  public byte[] key() {
    return value.getBytes(StandardCharsets.UTF_8);
  }

  private static boolean isValid(String value) {
    if (value.isEmpty() || value.length() > MAX_BYTES) {
      return false;
    }
    boolean ascii = true;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c >= ' ' && c < 0x7F) {
        continue;
      }
      ascii = false;
      if (Character.isISOControl(c)) {
        return false;
      }
      if (Character.isSurrogate(c)) {
        // Half a pair is no text: written, it would become that of another device.
        if (i + 1 == value.length() || !Character.isSurrogatePair(c, value.charAt(i + 1))) {
          return false;
        }
        i++;
      }
    }
    return ascii || value.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
  }

  // Every delivery looks up its device: the generated methods of a record are slower.

  @Override
  public boolean equals(Object other) {
    return other instanceof DeviceId device && value.equals(device.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public int compareTo(DeviceId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
