package dev.tidings.node.mqtt;

import dev.tidings.schemas.value.DeviceId;
import java.util.Optional;

/** Tells a device that has come through another node where to connect next time. Never blocks. */
public interface Redirect {
  Redirect NONE = device -> Optional.empty();

  /** MQTT 5's Server Reference for a device whose inbox is here; empty if it is not. */
  Optional<String> reference(DeviceId device);
}
