package dev.tidings.node.mqtt.register;

import dev.tidings.auth.Apps;
import dev.tidings.auth.device.DeviceIdentity;
import java.util.Optional;

/**
 * What a device may register, and as whose.
 *
 * @param apps those that its credential allows
 * @param user whom its credential names
 * @param proven whether there is a credential; if not, the request names the user
 */
public record Registrable(Apps apps, Optional<String> user, boolean proven) {
  private static final Registrable ANY = new Registrable(Apps.ALL, Optional.empty(), false);

  /** Returns what a device may. */
  public static Registrable of(DeviceIdentity identity, boolean proven) {
    Registrable may = new Registrable(identity.allowedApps(), identity.user(), proven);
    return may.equals(ANY) ? ANY : may;
  }
}
