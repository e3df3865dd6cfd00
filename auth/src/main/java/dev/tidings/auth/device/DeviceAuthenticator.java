package dev.tidings.auth.device;

import dev.tidings.auth.Decision;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Decides whether a connection belongs to the device that it says it is. Called on an event loop,
 * so an implementation must not block; it may answer later, from any thread, and the connection
 * waits within its CONNECT deadline. A stage that fails counts as {@link
 * dev.tidings.auth.RefusalReason#UNAVAILABLE}. Thread-safe.
 */
@FunctionalInterface
public interface DeviceAuthenticator {
  /**
   * Returns the Authentication Method of MQTT 5 by which a device may send its password instead: in
   * its CONNECT, and anew while it is connected. Empty if there is none.
   */
  default Optional<String> authenticationMethod() {
    return Optional.empty();
  }

  /**
   * Checks the credentials of one CONNECT, or of one re-authentication.
   *
   * @return the decision, at once or later
   */
  CompletionStage<Decision<DeviceIdentity>> authenticate(DeviceCredentials credentials);

  /**
   * Whether what it accepts is proved, so that another node of the installation can rely on it. If
   * not, that node decides for itself.
   */
  default boolean proves() {
    return true;
  }

  /**
   * Returns what a device has proved to another node of the installation, as this one sees it;
   * empty if this one does not rely on it, and the device has to prove it here.
   */
  default Optional<DeviceIdentity> provedElsewhere(DeviceIdentity identity) {
    return identity.issuer().isInForce() ? Optional.of(identity) : Optional.empty();
  }
}
