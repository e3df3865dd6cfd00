package dev.tidings.node.route;

import dev.tidings.schemas.value.DeviceId;
import java.util.Optional;

/**
 * Finds the server to which a device that came through another node may connect directly. Never
 * blocks.
 */
public interface Redirect {
  Redirect NONE = device -> Optional.empty();

  /** Returns MQTT 5's Server Reference for a device whose inbox is here; empty if it is not. */
  Optional<String> reference(DeviceId device);
}
