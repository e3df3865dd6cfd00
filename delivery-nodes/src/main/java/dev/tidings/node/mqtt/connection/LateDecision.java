package dev.tidings.node.mqtt.connection;

import dev.tidings.auth.Decision;
import dev.tidings.auth.RefusalReason;
import dev.tidings.auth.device.DeviceIdentity;
import dev.tidings.schemas.value.DeviceId;
import org.jspecify.annotations.Nullable;

/**
 * A decision about credentials whose connection is over. Nobody is told, but a refusal counts for
 * the address like any other: hanging up before the answer must not make attempts free.
 */
final class LateDecision {
  private LateDecision() {}

  static void count(
      DeviceConnection connection, DeviceId device, @Nullable Decision<DeviceIdentity> decision) {
    boolean refused =
        switch (decision) {
          case null -> false;
          case Decision.Accepted<DeviceIdentity>(var identity) ->
              !identity.serial().equals(device.value());
          case Decision.Refused<DeviceIdentity>(var reason, var _) ->
              reason != RefusalReason.UNAVAILABLE;
        };
    if (refused) {
      long _ = CredentialRefusals.count(connection);
    }
  }
}
