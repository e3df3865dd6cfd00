package dev.tidings.infra.device;

import java.util.Optional;

/** What simulated devices prove themselves by. Thread-safe; called for each connection. */
@FunctionalInterface
public interface DevicePasswords {
  /** Devices that prove nothing. */
  DevicePasswords NONE = serial -> Optional.empty();

  /** Returns the password of a device; empty if it has none. */
  Optional<String> of(String serial);
}
