package dev.tidings.infra.chaos;

import dev.tidings.infra.device.DevicePasswords;
import dev.tidings.provider.Credential;
import java.util.Optional;

/**
 * What devices and providers prove themselves by.
 *
 * @param provider the provider's credential; empty if it proves nothing
 */
public record Access(DevicePasswords devices, Optional<Credential> provider) {
  /** Everybody may do everything. */
  public static final Access OPEN = new Access(DevicePasswords.NONE, Optional.empty());
}
