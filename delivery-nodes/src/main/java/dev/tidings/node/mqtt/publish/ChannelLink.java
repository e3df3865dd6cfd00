package dev.tidings.node.mqtt.publish;

import dev.tidings.node.mqtt.connect.ConnectRequest;
import dev.tidings.node.mqtt.packet.MqttMeters;
import dev.tidings.node.route.DeviceTransport;
import dev.tidings.node.session.AttachRefusal;
import dev.tidings.node.session.CloseReason;
import dev.tidings.node.session.DeviceLink;
import dev.tidings.node.session.LinkDescription;
import dev.tidings.node.session.Session;
import dev.tidings.node.session.SessionKeeper;
import dev.tidings.schemas.avro.Delivery;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A connection as its inbox sees it. Notifications are encoded in the calling thread, one after
 * another into one buffer, which a flush passes to the channel: one thread hop and one write for
 * all of them. The fields belong to the calling thread, of which there is one at a time.
 */
public final class ChannelLink implements DeviceLink {
  // A batch larger than this is sent at once: buffers that grow far are copied often.
  private static final int FULL_BATCH = 32 * 1024;

  private final Receiver receiver;
  private final Channel channel;
  private final NotificationWriter notifications;
  private final MqttMeters meters;
  private final MqttVersion version;
  private final int maxPacketBytes;
  private final DeviceTransport transport;

  /** When the connection came, in milliseconds since the epoch. */
  private final long since;

  /** Starts the MQTT session when the inbox has accepted the connection; null afterwards. */
  private @Nullable Beginning beginning;

  private @Nullable Session session;
  private @Nullable ByteBuf batch;
  private boolean unflushed;

  /** Notifications written so far; goes round. */
  private int pushed;

  /** What starting the MQTT session needs; not kept after that, for connections are many. */
  private record Beginning(SessionKeeper sessions, ConnectRequest request) {
    CompletableFuture<SessionKeeper.Kept> begins() {
      return sessions.begin(
          request.device(), request.cleanStart(), Duration.ofSeconds(request.sessionExpiry()));
    }
  }

  /** Receives the calls that are not about single notifications, on the channel's event loop. */
  public interface Receiver {
    /**
     * The inbox has accepted the connection.
     *
     * @param begun the stored session, once it is looked up
     */
    void attached(
        Session session, ConnectRequest request, CompletableFuture<SessionKeeper.Kept> begun);

    /** The inbox cannot accept the connection. */
    void refused(AttachRefusal refusal);

    /** Returns whether nobody vouches for the device any more. From any thread. */
    boolean isProofOver();

    /** Who vouches for the device may do so for other apps than before. From any thread. */
    void lookAtApps();

    /**
     * Notifications are about to be written to the channel. From the thread that writes them.
     *
     * @param soFar how many the connection has sent then; goes round
     */
    void sending(int soFar);

    /** The inbox closes the connection. */
    void closeFor(CloseReason closeReason);
  }

  /**
   * @param transport the device's own
   * @param since when the connection came, in milliseconds since the epoch
   */
  public ChannelLink(
      Receiver receiver,
      Channel channel,
      NotificationWriter notifications,
      MqttMeters meters,
      SessionKeeper sessions,
      ConnectRequest request,
      DeviceTransport transport,
      long since) {
    this.receiver = receiver;
    this.channel = channel;
    this.notifications = notifications;
    this.meters = meters;
    this.version = request.version();
    this.maxPacketBytes = request.maxPacketBytes();
    this.beginning = new Beginning(sessions, request);
    this.transport = transport;
    this.since = since;
  }

  @Override
  public void attached(Session attached) {
    Beginning once = beginning;
    if (once == null) {
      // A connection has one session.
      attached.detached();
      return;
    }
    beginning = null;
    session = attached;
    // On the partition's thread, which accepts a device's connections one after another: on their
    // own threads the earlier of two could start its session last.
    CompletableFuture<SessionKeeper.Kept> begun = once.begins();
    try {
      onLoop(() -> receiver.attached(attached, once.request(), begun));
    } catch (RejectedExecutionException e) {
      // The loops have stopped, and with them the connection.
      attached.detached();
    }
  }

  @Override
  public void refused(AttachRefusal refusal) {
    onLoopIfAny(() -> receiver.refused(refusal));
  }

  @Override
  public void push(int packetId, boolean duplicate, Delivery delivery) {
    Optional<String> obstacle = write(packetId, duplicate, delivery, null);
    Session told = session;
    if (obstacle.isPresent() && told != null) {
      // Not called from here: the session is in the middle of an operation.
      executeIfAny(() -> told.undeliverable(packetId, obstacle.get()));
    }
  }

  @Override
  public boolean replay(int packetId, String cursor, Delivery delivery) {
    return write(packetId, true, delivery, cursor).isEmpty();
  }

  /** Writes it, or returns why it cannot be sent. */
  private Optional<String> write(
      int packetId, boolean duplicate, Delivery delivery, @Nullable String replayed) {
    Optional<String> obstacle = notifications.obstacle(delivery, version, maxPacketBytes, replayed);
    if (obstacle.isPresent()) {
      meters.undeliverable();
      return obstacle;
    }
    ByteBuf out = batch;
    if (out == null) {
      out = channel.alloc().buffer(notifications.initialCapacity(delivery));
      batch = out;
    }
    notifications.write(out, delivery, version, packetId, duplicate, replayed);
    meters.pushed();
    pushed++;
    if (out.readableBytes() >= FULL_BATCH) {
      batch = null;
      unflushed = true;
      receiver.sending(pushed);
      channel.write(out);
    }
    return Optional.empty();
  }

  @Override
  public void flush() {
    ByteBuf out = batch;
    batch = null;
    if (out != null) {
      receiver.sending(pushed);
      channel.writeAndFlush(out);
    } else if (unflushed) {
      channel.flush();
    }
    unflushed = false;
  }

  @Override
  public LinkDescription description() {
    return new LinkDescription(
        Instant.ofEpochMilli(since),
        version == MqttVersion.MQTT_5 ? "MQTT 5" : "MQTT 3.1.1",
        transport.label());
  }

  @Override
  public boolean isProofOver() {
    return receiver.isProofOver();
  }

  @Override
  public void lookAtApps() {
    receiver.lookAtApps();
  }

  @Override
  public void close(CloseReason closeReason) {
    ByteBuf unsent = batch;
    batch = null;
    if (unsent != null) {
      unsent.release();
    }
    onLoopIfAny(() -> receiver.closeFor(closeReason));
  }

  private void onLoopIfAny(Runnable task) {
    try {
      onLoop(task);
    } catch (RejectedExecutionException e) {
      // The loops have stopped: no connection is left to notify.
    }
  }

  private void onLoop(Runnable task) {
    if (channel.eventLoop().inEventLoop()) {
      task.run();
    } else {
      channel.eventLoop().execute(task);
    }
  }

  private void executeIfAny(Runnable task) {
    try {
      channel.eventLoop().execute(task);
    } catch (RejectedExecutionException e) {
      // It stays unconfirmed, and the next session decides about it.
    }
  }
}
