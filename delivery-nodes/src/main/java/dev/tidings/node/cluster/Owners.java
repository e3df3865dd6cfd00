package dev.tidings.node.cluster;

import dev.tidings.schemas.value.DeviceId;

/**
 * Finds the node that owns a device's inbox. Thread-safe; never blocks, and may be slightly out of
 * date.
 */
public interface Owners {
  Owner of(DeviceId device);
}
