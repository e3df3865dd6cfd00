package dev.tidings.node.mqtt.dispatch;

import dev.tidings.auth.Apps;
import dev.tidings.node.mqtt.connect.ConnectRequest;
import dev.tidings.node.mqtt.packet.DecodeFailures;
import dev.tidings.node.mqtt.publish.AnswerWriter;
import dev.tidings.node.mqtt.register.AnswerChannel;
import dev.tidings.node.mqtt.register.Registrable;
import dev.tidings.node.mqtt.register.RegistrationHandler;
import dev.tidings.node.mqtt.replay.ReplayRequests;
import dev.tidings.node.mqtt.report.ReportRequests;
import dev.tidings.node.mqtt.subscribe.SubscriptionAnswers;
import dev.tidings.node.session.Session;
import dev.tidings.node.session.SessionKeeper;
import dev.tidings.node.session.Subscriptions;
import dev.tidings.schemas.value.DeviceId;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubAckMessage;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import io.netty.handler.codec.mqtt.MqttReasonCodes.PubAck;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Handles a device's packets between CONNACK and the end. Event loop only. */
public final class PacketDispatcher implements AnswerChannel {
  private static final Logger log = LoggerFactory.getLogger(PacketDispatcher.class);

  /**
   * With so many of its packets unacknowledged, a device is not read. Before MQTT 5 it cannot be
   * told how many it may send, and some libraries pay no heed when they send again what was under
   * way: those that are disconnected for it do the same in each connection, or never come back.
   */
  private static final int MOST_UNACKNOWLEDGED = 64;

  private final OpenConnection connection;
  private final DispatchServices services;
  private final DeviceId device;
  private final MqttVersion version;
  private final int maxPacketBytes;
  private final boolean sessionExpiryAsked;
  private final Session session;
  private final SessionKeeper.Kept kept;
  private final PacketRate rate;
  private final ExactlyOnce exactlyOnce = new ExactlyOnce();
  private Registrable registrable;
  private Apps receivable = Apps.ALL;
  private @Nullable RegistrationHandler registrationHandler;
  private Subscriptions subscriptions;

  /** What the session has been told, whichever apps that is within. */
  private Subscriptions inEffect = Subscriptions.NONE;

  private @Nullable SubscriptionChanges changes;

  /** Present until the subscriptions of a resumed session are restored. */
  private @Nullable Resumption resumption;

  /** The time for which the session is kept after this connection. */
  private Duration keptFor;

  /** Whether the device is not read, because it is owed too many acknowledgements. */
  private boolean heldBack;

  /** Whether output is sent with other responses, at the end of the read. */
  private boolean inTake;

  /**
   * Creates the dispatcher of a connection that has been accepted.
   *
   * @param registrable what the device may register
   */
  public PacketDispatcher(
      OpenConnection connection,
      DispatchServices services,
      ConnectRequest request,
      Registrable registrable,
      Session session,
      SessionKeeper.Kept kept) {
    this.connection = connection;
    this.services = services;
    this.device = request.device();
    this.version = request.version();
    this.maxPacketBytes = request.maxPacketBytes();
    this.sessionExpiryAsked = request.sessionExpiryAsked() != 0;
    this.keptFor = Duration.ofSeconds(request.sessionExpiry());
    this.registrable = registrable;
    this.session = session;
    this.kept = kept;
    this.rate = new PacketRate(services.maxPacketsPerSecond(), connection.nanoTime());
    this.subscriptions = kept.subscriptions();
  }

  /** Restores the subscriptions of a resumed session, after the CONNACK. */
  public void resume() {
    if (!subscriptions.coverNothing()) {
      subscribed(subscriptions, () -> {});
    }
  }

  /** The same a moment later, or when the device sends something. */
  public void resumeSoon() {
    if (!subscriptions.coverNothing()) {
      resumption = new Resumption(connection.executor(), this::resume);
    }
  }

  /** From now on the device may register this alone. */
  public void allow(Registrable allowed) {
    registrable = allowed;
  }

  /** From now on the device receives, and unregisters, these apps alone, as far as it wants to. */
  public void receive(Apps allowed) {
    if (!allowed.equals(receivable)) {
      receivable = allowed;
      if (!inEffect.coverNothing()) {
        subscribed(inEffect, () -> {});
      }
    }
  }

  private void subscribed(Subscriptions now, Runnable then) {
    inEffect = now;
    session.subscribed(now.within(receivable), then);
  }

  public void take(MqttMessage packet) {
    inTake = true;
    try {
      dispatch(packet);
    } finally {
      inTake = false;
    }
  }

  private void dispatch(MqttMessage packet) {
    if (packet.decoderResult().isFailure()) {
      connection.protocolError(DecodeFailures.disconnect(packet.decoderResult().cause()));
      return;
    }
    if (!isAdmitted(packet)) {
      services.meters().tooManyPackets();
      log.debug("device {}: sends more packets than it may", device);
      connection.disconnect(Disconnect.MESSAGE_RATE_TOO_HIGH);
      return;
    }
    restore(packet.fixedHeader().messageType());
    switch (packet.fixedHeader().messageType()) {
      case PUBACK -> pubAck((MqttPubAckMessage) packet);
      case PINGREQ -> connection.write(MqttMessage.PINGRESP);
      case PUBLISH -> publish((MqttPublishMessage) packet);
      case SUBSCRIBE -> subscribe((MqttSubscribeMessage) packet);
      case UNSUBSCRIBE -> unsubscribe((MqttUnsubscribeMessage) packet);
      case DISCONNECT -> disconnect(packet);
      case PUBREL -> connection.write(ExactlyOnce.completion(packet));
      default -> connection.protocolError(Disconnect.PROTOCOL_ERROR);
    }
  }

  /**
   * Restores a resumed session before what its device says, unless that is the end, or breaks the
   * protocol.
   */
  private void restore(MqttMessageType type) {
    Resumption waiting = resumption;
    if (waiting == null) {
      return;
    }
    switch (type) {
      case PUBACK, PINGREQ, PUBLISH, SUBSCRIBE, UNSUBSCRIBE -> {
        resumption = null;
        waiting.restore();
      }
      default -> {
        // Nothing is to be sent to it any more.
      }
    }
  }

  private boolean isAdmitted(MqttMessage packet) {
    boolean expected =
        packet.fixedHeader().messageType() == MqttMessageType.PUBACK
            && rate.expectsConfirmation(connection.notificationsSent());
    return expected || rate.admits(connection.nanoTime());
  }

  /** The connection has ended. */
  public void ended() {
    if (resumption != null) {
      resumption.cancel();
    }
    session.detached();
    if (changes != null) {
      changes.ended();
    }
    kept.end(keptFor);
  }

  /**
   * Handles a PUBACK. Any reason code confirms: a device that refuses a notification would refuse
   * it again.
   */
  private void pubAck(MqttPubAckMessage packet) {
    int packetId = packet.variableHeader().messageId();
    boolean refusedByDevice =
        packet.variableHeader() instanceof MqttPubReplyMessageVariableHeader header
            && header.reasonCode() < 0;
    services.meters().confirmed(refusedByDevice);
    if (refusedByDevice) {
      log.debug("device {}: refused packet {}", device, packetId);
    }
    session.confirmed(packetId);
  }

  private void publish(MqttPublishMessage packet) {
    Optional<Disconnect> error = PublishCheck.error(packet);
    if (error.isPresent()) {
      connection.protocolError(error.get());
      return;
    }
    RegistrationHandler open = registrationHandler;
    if (open == null) {
      open =
          new RegistrationHandler(device, services.registrar(), services.maxRegistrations(), this);
      registrationHandler = open;
    }
    exactlyOnce.take(packet);
    int packetId = Math.max(0, packet.variableHeader().packetId());
    String topic = packet.variableHeader().topicName();
    if (topic.equals(ReplayRequests.TOPIC)) {
      open.command(
          packetId,
          ReplayRequests.ANSWERS,
          () -> ReplayRequests.take(packet.payload(), receivable, session, this));
    } else if (ReportRequests.isReport(topic)) {
      open.command(
          packetId,
          ReportRequests.ANSWERS,
          () ->
              ReportRequests.take(
                  topic,
                  packet.payload(),
                  receivable,
                  device,
                  services.registrar(),
                  connection.executor()));
    } else {
      open.publish(topic, packet.payload(), packetId, registrable, receivable);
    }
    holdBack();
    forget();
  }

  private void holdBack() {
    RegistrationHandler open = registrationHandler;
    boolean now = open != null && open.unacknowledged() >= MOST_UNACKNOWLEDGED;
    if (now != heldBack) {
      heldBack = now;
      connection.holdBack(now);
    }
  }

  /**
   * Drops registrations and changes of subscriptions once all are answered: a device has them once
   * and stays connected for months.
   */
  private void forget() {
    if (registrationHandler != null && registrationHandler.areOver()) {
      registrationHandler = null;
    }
    if (changes != null && changes.areOver()) {
      changes = null;
    }
  }

  private void subscribe(MqttSubscribeMessage packet) {
    MqttProperties properties = packet.idAndPropertiesVariableHeader().properties();
    if (!properties.getProperties(MqttProperties.SUBSCRIPTION_IDENTIFIER).isEmpty()) {
      connection.protocolError(Disconnect.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED);
    } else {
      int filters = packet.payload().topicSubscriptions().size();
      SubscriptionAnswers.Subscribed subscribed =
          SubscriptionAnswers.subscribe(packet, version, subscriptions);
      if (subscribed.overLimit()) {
        services.meters().filtersRefused();
      }
      answer(filters, subscribed);
    }
  }

  private void unsubscribe(MqttUnsubscribeMessage packet) {
    answer(
        packet.payload().topics().size(), SubscriptionAnswers.unsubscribe(packet, subscriptions));
  }

  /**
   * Answers a SUBSCRIBE or UNSUBSCRIBE. Each filter has its byte; a response that exceeds the
   * device's Maximum Packet Size may not be cut [MQTT-3.1.2-24].
   */
  private void answer(int filters, SubscriptionAnswers.Subscribed subscribed) {
    if (SubscriptionAnswers.size(filters) > maxPacketBytes) {
      connection.disconnect(Disconnect.PACKET_TOO_LARGE);
      return;
    }
    SubscriptionChanges open = changes;
    if (open == null) {
      open = new SubscriptionChanges(connection, this::subscribed, kept, this::answered);
      changes = open;
    }
    if (!open.fit(filters)) {
      services.meters().filtersUnanswered();
      connection.disconnect(Disconnect.QUOTA_EXCEEDED);
      return;
    }
    subscriptions = subscribed.now();
    open.add(subscribed.answer(), filters, subscriptions);
  }

  private void answered() {
    forget();
    if (!inTake) {
      connection.flush();
    }
  }

  /** Handles DISCONNECT. A session that was to end with its connection cannot be extended by it. */
  private void disconnect(MqttMessage packet) {
    Optional<Duration> said = SessionExpiry.in(packet);
    if (said.isPresent()) {
      if (!said.get().isZero() && !sessionExpiryAsked) {
        connection.protocolError(Disconnect.PROTOCOL_ERROR);
        return;
      }
      Duration longest = services.longestSession();
      keptFor = said.get().compareTo(longest) < 0 ? said.get() : longest;
    }
    connection.leave(null);
  }

  @Override
  public boolean publish(String topic, byte[] json) {
    boolean fits = AnswerWriter.size(topic, json, version) <= maxPacketBytes;
    if (fits) {
      connection.write(AnswerWriter.packet(connection.allocator(), topic, json, version));
    }
    return fits;
  }

  @Override
  public void tooLarge() {
    connection.disconnect(Disconnect.PACKET_TOO_LARGE);
  }

  @Override
  public void acknowledge(int packetId, PubAck reason) {
    connection.write(exactlyOnce.acknowledgement(packetId, reason));
  }

  @Override
  public void flush() {
    holdBack();
    forget();
    connection.flush();
  }

  @Override
  public EventExecutor executor() {
    return connection.executor();
  }
}
