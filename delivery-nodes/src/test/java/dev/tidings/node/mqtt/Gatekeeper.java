package dev.tidings.node.mqtt;

import dev.tidings.auth.Apps;
import dev.tidings.auth.Decision;
import dev.tidings.auth.RefusalReason;
import dev.tidings.auth.device.DeviceAuthenticator;
import dev.tidings.auth.device.DeviceCredentials;
import dev.tidings.auth.device.DeviceIdentity;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** An authenticator that decides what the test says, when the test says so. */
public final class Gatekeeper implements DeviceAuthenticator {
  public final List<DeviceCredentials> asked = new CopyOnWriteArrayList<>();
  final CompletableFuture<Decision<DeviceIdentity>> answer = new CompletableFuture<>();

  @Override
  public CompletionStage<Decision<DeviceIdentity>> authenticate(DeviceCredentials credentials) {
    asked.add(credentials);
    return answer;
  }

  public void accepts(String serial) {
    answer.complete(
        new Decision.Accepted<>(
            new DeviceIdentity(serial, Optional.empty(), Apps.ALL, Instant.MAX)));
  }

  void refuses(RefusalReason reason) {
    answer.complete(new Decision.Refused<>(reason, "for the test"));
  }
}
