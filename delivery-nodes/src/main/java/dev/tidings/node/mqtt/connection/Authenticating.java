package dev.tidings.node.mqtt.connection;

import dev.tidings.auth.Decision;
import dev.tidings.auth.device.DeviceCredentials;
import dev.tidings.auth.device.DeviceIdentity;
import dev.tidings.node.mqtt.connect.ConnAcks;
import dev.tidings.node.mqtt.connect.ConnectRefusal;
import dev.tidings.node.mqtt.connect.ConnectRequest;
import io.netty.handler.codec.mqtt.MqttMessage;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The authenticator decides whether the connection is the device's. It may answer later and from
 * any thread; until then nothing is read, and the connection does not wait for it beyond its
 * deadline. To a connection that is over its answer comes too late, and only counts if it is a
 * refusal. An accepted connection is then redirected, or attached to its inbox. What a device has
 * proved to the node that relays it need not be proved again.
 */
final class Authenticating implements ConnectPhase {
  private static final Logger log = LoggerFactory.getLogger(Authenticating.class);

  private final DeviceConnection connection;
  private final PendingConnect pending;
  private final long deadline;

  private Authenticating(DeviceConnection connection, PendingConnect pending, long deadline) {
    this.connection = connection;
    this.pending = pending;
    this.deadline = deadline;
  }

  static void begin(
      DeviceConnection connection, PendingConnect pending, DeviceCredentials credentials) {
    long deadline = connection.nanoTime() + connection.services().connectTimeout().toNanos();
    Authenticating phase = new Authenticating(connection, pending, deadline);
    connection.enter(phase);
    Optional<DeviceIdentity> proven =
        connection
            .origin()
            .proven()
            .flatMap(connection.services().authenticator()::provedElsewhere);
    if (proven.isPresent()) {
      phase.answered(new Decision.Accepted<>(proven.get()), null);
    } else {
      phase.ask(credentials);
    }
  }

  private void ask(DeviceCredentials credentials) {
    CompletionStage<Decision<DeviceIdentity>> answer;
    try {
      answer = connection.services().authenticator().authenticate(credentials);
    } catch (RuntimeException e) {
      answered(null, e);
      return;
    }
    answer.whenComplete(
        (decision, failure) -> connection.onLoop(() -> answered(decision, failure)));
  }

  private void answered(@Nullable Decision<DeviceIdentity> decision, @Nullable Throwable failure) {
    ConnectRequest request = pending.request();
    if (!connection.isIn(this)) {
      LateDecision.count(connection, request.device(), decision);
      return;
    }
    switch (decision) {
      case null -> {
        connection
            .services()
            .authenticatorLog()
            .warn(
                "device %s: its credentials cannot be checked, connect refused: %s"
                    .formatted(request.device(), failure));
        connection.refuse(ConnectRefusal.AUTHENTICATOR_UNAVAILABLE);
      }
      case Decision.Accepted<DeviceIdentity>(var identity)
          when identity.serial().equals(request.device().value()) ->
          accepted(request, identity);
      case Decision.Accepted<DeviceIdentity>(var identity) -> {
        log.debug("device {}: has the credentials of {}", request.device(), identity.serial());
        refused(ConnectRefusal.NOT_AUTHORIZED);
      }
      case Decision.Refused<DeviceIdentity>(var reason, var detail) -> {
        log.debug("device {}: {}: {}", request.device(), reason, detail);
        refused(ConnectRefusal.of(reason));
      }
    }
  }

  private void refused(ConnectRefusal why) {
    if (why == ConnectRefusal.AUTHENTICATOR_UNAVAILABLE) {
      connection.refuse(why);
    } else {
      pending.drop();
      CredentialRefusals.refuse(connection, why);
    }
  }

  private void accepted(ConnectRequest request, DeviceIdentity identity) {
    CredentialRefusals.accepted(connection);
    if (pending.elsewhere().isPresent()) {
      connection.refuse(
          ConnectRefusal.ANOTHER_SERVER, ConnAcks.elsewhere(request, pending.elsewhere().get()));
    } else {
      OpeningSession.begin(connection, pending, identity, deadline);
    }
  }

  @Override
  public void take(MqttMessage packet) {
    pending.queue(packet);
  }

  @Override
  public long deadline() {
    return deadline;
  }

  @Override
  public void timeIsUp() {
    connection.refuse(ConnectRefusal.AUTHENTICATOR_UNAVAILABLE);
  }

  @Override
  public void ended() {
    pending.drop();
  }
}
