package dev.tidings.node.mqtt.connection;

import dev.tidings.auth.device.DeviceIdentity;
import dev.tidings.node.mqtt.connect.ConnectRefusal;
import dev.tidings.node.mqtt.connect.ConnectRequest;
import dev.tidings.node.mqtt.packet.Packets;
import dev.tidings.node.mqtt.publish.ChannelLink;
import dev.tidings.node.route.OwnerRoute;
import dev.tidings.node.session.AttachRefusal;
import dev.tidings.node.session.CloseReason;
import dev.tidings.node.session.Session;
import dev.tidings.node.session.SessionKeeper;
import io.netty.handler.codec.mqtt.MqttMessage;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection is being attached to its device's inbox, and the stored session is looked up. An
 * inbox that is not at this node sends the connection to the node that owns it.
 */
final class OpeningSession implements ConnectPhase {
  private static final Logger log = LoggerFactory.getLogger(OpeningSession.class);

  private final DeviceConnection connection;
  private final PendingConnect pending;
  private final DeviceIdentity identity;
  private final long deadline;
  private @Nullable Session session;

  private OpeningSession(
      DeviceConnection connection, PendingConnect pending, DeviceIdentity identity, long deadline) {
    this.connection = connection;
    this.pending = pending;
    this.identity = identity;
    this.deadline = deadline;
  }

  static void begin(
      DeviceConnection connection, PendingConnect pending, DeviceIdentity identity, long deadline) {
    connection.enter(new OpeningSession(connection, pending, identity, deadline));
    // Before the inbox knows the connection: whoever looks for those that are over sees it.
    connection.vouchedFor(identity.issuer());
    ConnectRequest request = pending.request();
    ConnectionServices services = connection.services();
    services
        .directory()
        .attach(
            request.device(),
            new ChannelLink(
                connection,
                connection.channel(),
                services.notifications(),
                services.meters(),
                services.sessions(),
                request,
                connection.origin().transport(),
                services.clock().millis()),
            request.credit());
  }

  @Override
  public void attached(
      Session attached, ConnectRequest request, CompletableFuture<SessionKeeper.Kept> begun) {
    session = attached;
    begun.whenComplete((kept, failure) -> connection.onLoop(() -> begins(attached, kept, failure)));
  }

  /** The lookup of the stored session has ended, successfully or not. */
  private void begins(
      Session attached, SessionKeeper.@Nullable Kept kept, @Nullable Throwable failure) {
    ConnectRequest request = pending.request();
    if (!connection.isIn(this)) {
      if (kept != null) {
        kept.end(Duration.ofSeconds(request.sessionExpiry()));
      }
    } else if (connection.isProofOver()) {
      if (kept != null) {
        kept.end(Duration.ofSeconds(request.sessionExpiry()));
      }
      connection.refuse(ConnectRefusal.NOT_AUTHORIZED);
    } else if (kept == null) {
      log.debug(
          "device {}: its stored session cannot be looked up: {}", request.device(), failure + "");
      connection.refuse(ConnectRefusal.UNAVAILABLE);
    } else {
      Open.begin(connection, pending, identity, attached, kept);
    }
  }

  @Override
  public void refused(AttachRefusal refusal) {
    Optional<OwnerRoute> ownerRoute = connection.origin().ownerRoute();
    if (refusal == AttachRefusal.NOT_HERE && ownerRoute.isPresent()) {
      SeekingOwner.begin(connection, pending, identity, deadline, ownerRoute.get());
    } else {
      connection.refuse(Packets.reason(refusal));
    }
  }

  @Override
  public void closeFor(CloseReason closeReason) {
    connection.refuse(ConnectRefusal.UNAVAILABLE);
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
    connection.refuse(ConnectRefusal.UNAVAILABLE);
  }

  @Override
  public void ended() {
    Session attached = session;
    if (attached != null) {
      attached.detached();
    }
    pending.drop();
  }
}
