package dev.tidings.node.session;

import dev.tidings.schemas.value.DeviceId;

/** Finds the inbox of a device. Thread-safe; never blocks. */
public interface DeviceDirectory {
  /**
   * Attaches an open connection to its device's inbox. The result is reported by a call of {@link
   * DeviceLink#attached} or {@link DeviceLink#refused}, from any thread, possibly before this
   * method returns. A connection that the device already has is closed with {@link
   * CloseReason#TAKEN_OVER}.
   *
   * @param credit how many unconfirmed notifications the device takes at once: MQTT 5's Receive
   *     Maximum, capped; at least 1
   */
  void attach(DeviceId device, DeviceLink link, int credit);
}
