package dev.tidings.auth.device;

import dev.tidings.auth.Apps;
import dev.tidings.auth.Decision;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Mode {@code open}: every device is who it says it is. For development, and for installations in
 * which only devices reach the port. Answers at once.
 */
public final class OpenDevices implements DeviceAuthenticator {
  @Override
  public boolean proves() {
    return false;
  }

  @Override
  public CompletionStage<Decision<DeviceIdentity>> authenticate(DeviceCredentials credentials) {
    return CompletableFuture.completedFuture(
        new Decision.Accepted<>(
            new DeviceIdentity(credentials.serial(), Optional.empty(), Apps.ALL, Instant.MAX)));
  }
}
