package dev.tidings.node.mqtt.connection;

import dev.tidings.node.mqtt.connect.ConnectRequest;
import dev.tidings.node.mqtt.publish.ChannelLink;
import dev.tidings.node.session.AttachRefusal;
import dev.tidings.node.session.CloseReason;
import dev.tidings.node.session.Session;
import dev.tidings.node.session.SessionKeeper;
import io.netty.handler.codec.mqtt.MqttMessage;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * One phase of a connection: what its next packet, the end of its time and the calls of others mean
 * in it. A connection is in one phase at a time, and each begins the next one:
 *
 * <pre>
 * AwaitingConnect → AwaitingTurn → Authenticating → OpeningSession → Open → Closing
 *                                                 ↘ SeekingOwner (then another node's connection)
 *                                                 ↘ AwaitingRefusal
 * </pre>
 *
 * Every phase may be followed by {@link Closing}. Answers that arrive when their phase is over are
 * ignored, or given back. Event loop only.
 */
sealed interface ConnectPhase extends ChannelLink.Receiver
    permits AwaitingConnect,
        AwaitingTurn,
        Authenticating,
        AwaitingRefusal,
        OpeningSession,
        SeekingOwner,
        Open,
        Closing {
  /** The deadline of a phase that has none. */
  long NEVER = Long.MAX_VALUE;

  /** Handles the next packet of the device. The phase releases it, now or later. */
  void take(MqttMessage packet);

  /** Returns when its time is up, by the connection's clock; this may move while it lasts. */
  long deadline();

  /** Its deadline has passed. */
  void timeIsUp();

  /** The connection ends in this phase: releases what only this phase holds. */
  void ended();

  /** The output buffer has become full, or is no longer full. */
  default void writabilityChanged() {}

  /** The inbox has accepted a connection that no longer waits for it. */
  @Override
  default void attached(
      Session session, ConnectRequest request, CompletableFuture<SessionKeeper.Kept> begun) {
    session.detached();
    begun.thenAccept(kept -> kept.end(Duration.ofSeconds(request.sessionExpiry())));
  }

  @Override
  default void refused(AttachRefusal refusal) {}

  /** The connection knows, whatever its phase is. */
  @Override
  default boolean isProofOver() {
    return false;
  }

  /** A connection that is not served yet looks when it is. */
  @Override
  default void lookAtApps() {}

  /** The connection knows, whatever its phase is. */
  @Override
  default void sending(int soFar) {}

  @Override
  default void closeFor(CloseReason closeReason) {}
}
