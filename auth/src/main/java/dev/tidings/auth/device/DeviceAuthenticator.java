package dev.tidings.auth.device;

import dev.tidings.auth.Decision;
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
   * Checks the credentials of one CONNECT.
   *
   * @return the decision, at once or later
   */
  CompletionStage<Decision<DeviceIdentity>> authenticate(DeviceCredentials credentials);
}
