package dev.tidings.node.replay;

import dev.tidings.schemas.value.DeviceId;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Tells the device of a record by its key. */
final class Whose {
  private final @Nullable DeviceId device;
  private final byte[] key;

  /**
   * @param device whose records are wanted; null for all
   */
  Whose(@Nullable DeviceId device) {
    this.device = device;
    this.key = device == null ? new byte[0] : device.key();
  }

  /** Whether a record with such a key is wanted. */
  boolean has(byte @Nullable [] other) {
    return other != null && (device == null || Arrays.equals(key, other));
  }

  /**
   * Returns the device of a record that is wanted.
   *
   * @throws dev.tidings.schemas.value.InvalidValueException if its key names none
   */
  DeviceId of(byte[] other) {
    return device == null ? DeviceId.ofKey(other, 0, other.length) : device;
  }
}
