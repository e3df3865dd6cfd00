package dev.tidings.node.session;

import dev.tidings.schemas.value.DeviceId;

/** Knows which node has a device's inbox. Thread-safe; never blocks, and may be a little late. */
public interface Owners {
  Owner of(DeviceId device);
}
