package dev.tidings.ingest.accept;

import dev.tidings.ingest.accept.AppendResult.Accepted;
import dev.tidings.ingest.accept.AppendResult.Failed;
import dev.tidings.ingest.accept.AppendResult.Overloaded;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import dev.tidings.service.kafka.ProducerFailure;
import dev.tidings.service.kafka.producer.ProducerSource;
import dev.tidings.service.log.SeldomLog;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends notifications to the log. Thread-safe; never blocks, provided that the producer was
 * {@linkplain LogProducer#open warmed up} and the registry knows the schema's id.
 */
public final class NotificationLog {
  private static final Logger log = LoggerFactory.getLogger(NotificationLog.class);

  private final ProducerSource producers;
  private final InFlight inFlight;

  /** The same for all: made once, and not for each notification. */
  private final Runnable leave;

  private final ThreadLocal<AvroSerializer<Notification>> serializers;
  private final String topic;
  private final String instance;
  private final InstantSource clock;
  private final SeldomLog failures = new SeldomLog(log);

  /**
   * Creates the log.
   *
   * @param inFlight limits the notifications that are being written
   * @param topic the name of {@code notifications}
   */
  public NotificationLog(
      ProducerSource producers,
      InFlight inFlight,
      String topic,
      RegistryClient registry,
      String instance,
      InstantSource clock) {
    // A serializer reuses a buffer and is not thread-safe: each event loop has its own.
    this(
        producers,
        inFlight,
        topic,
        ThreadLocal.withInitial(() -> new AvroSerializer<>(registry)),
        instance,
        clock);
  }

  private NotificationLog(
      ProducerSource producers,
      InFlight inFlight,
      String topic,
      ThreadLocal<AvroSerializer<Notification>> serializers,
      String instance,
      InstantSource clock) {
    this.producers = producers;
    this.inFlight = inFlight;
    this.leave = inFlight::leave;
    this.topic = topic;
    this.serializers = serializers;
    this.instance = instance;
    this.clock = clock;
  }

  /** Returns the same log, written to by another producer. */
  public NotificationLog through(ProducerSource other) {
    return new NotificationLog(other, inFlight, topic, serializers, instance, clock);
  }

  /**
   * Appends one notification.
   *
   * @param payload must not be changed after this call
   * @param listener told the result exactly once
   */
  public void append(NewNotification notification, byte[] payload, AppendListener listener) {
    if (!inFlight.enter()) {
      listener.appended(Overloaded.TOO_MANY);
      return;
    }
    append(notification, payload, Map.of(), leave, listener);
  }

  /**
   * Takes a place for one; null if there is none. It is given back by {@code append}, or unused.
   */
  public @Nullable LogPlace place() {
    return inFlight.enter() ? new LogPlace(this, leave) : null;
  }

  /**
   * The same for one of a kind that may take a part of the places only.
   *
   * @param share of the places of this log
   */
  public @Nullable LogPlace place(InFlightShare share, int payloadBytes) {
    return share.enter(payloadBytes) ? new LogPlace(this, () -> share.leave(payloadBytes)) : null;
  }

  /**
   * Appends one notification for which a place was taken.
   *
   * @param place given back when it has ended
   * @param payload must not be changed after this call
   * @param localized other payloads by language tag, likewise
   * @param listener told the result exactly once
   */
  public void append(
      LogPlace place,
      NewNotification notification,
      byte[] payload,
      Map<String, byte[]> localized,
      AppendListener listener) {
    append(notification, payload, localized, place::leave, listener);
  }

  private void append(
      NewNotification notification,
      byte[] payload,
      Map<String, byte[]> localized,
      Runnable leaving,
      AppendListener listener) {
    long now = clock.millis();
    append(
        notification.id(),
        notification.token(),
        of(notification, payload, localized, now),
        now,
        leaving,
        listener);
  }

  /**
   * Appends the withdrawal of a notification.
   *
   * @param sent whether that has gone on to its device, or is about to, as far as is known
   * @param listener told the result exactly once
   */
  public void withdraw(
      NotificationId id, Token token, AppId app, boolean sent, AppendListener listener) {
    if (!inFlight.enter()) {
      listener.appended(Overloaded.TOO_MANY);
      return;
    }
    long now = clock.millis();
    Notification withdrawal =
        Notification.newBuilder()
            .setId(NotificationId.at(now).value())
            .setApp(app.value())
            .setPayload(ByteBuffer.allocate(0))
            .setAcceptedAt(now)
            .setAcceptedBy(instance)
            .setWithdraws(id.value())
            .setSent(sent ? true : null)
            .build();
    append(id, token, withdrawal, now, leave, listener);
  }

  // The future is ignored: the callback receives the same result.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void append(
      NotificationId id,
      Token token,
      Notification notification,
      long acceptedAt,
      Runnable leaving,
      AppendListener listener) {
    Producer<byte[], byte[]> producer = producers.current();
    try {
      byte[] value = serializers.get().serialize(topic, notification);
      producer.send(
          new ProducerRecord<>(topic, token.key(), value),
          (metadata, failure) -> ended(id, acceptedAt, producer, failure, leaving, listener));
    } catch (RuntimeException e) {
      // A producer in its error state throws, and does not call the callback.
      ended(id, acceptedAt, producer, e, leaving, listener);
    }
  }

  private void ended(
      NotificationId id,
      long acceptedAt,
      Producer<byte[], byte[]> producer,
      @Nullable Exception failure,
      Runnable leaving,
      AppendListener listener) {
    leaving.run();
    producers.ended(producer, failure);
    listener.appended(result(id, acceptedAt, failure));
  }

  private Notification of(
      NewNotification notification,
      byte[] payload,
      Map<String, byte[]> localized,
      long acceptedAt) {
    NewNotification.@Nullable TopicChange change = notification.change();
    return new Notification(
        notification.id().value(),
        notification.app().value(),
        ByteBuffer.wrap(payload),
        notification.expiration().toField(),
        notification.priority().number(),
        notification.collapseId() == null ? null : notification.collapseId().value(),
        notification.pushType().header(),
        acceptedAt,
        instance,
        notification.deliverAt().toField(),
        null,
        null,
        null,
        notification.fingerprint(),
        notification.localTimes().deliverAtField(),
        notification.localTimes().ttlField(),
        notification.localTimes().quietHoursField(),
        wrapped(localized),
        notification.device() == null ? null : notification.device().value(),
        null,
        change != null && change.joins() ? change.topic().value() : null,
        change != null && !change.joins() ? change.topic().value() : null,
        notification.category() == null ? null : notification.category().value());
  }

  private static @Nullable Map<String, ByteBuffer> wrapped(Map<String, byte[]> localized) {
    if (localized.isEmpty()) {
      return null;
    }
    Map<String, ByteBuffer> wrapped = new LinkedHashMap<>();
    localized.forEach((tag, payload) -> wrapped.put(tag, ByteBuffer.wrap(payload)));
    return wrapped;
  }

  private AppendResult result(NotificationId id, long acceptedAt, @Nullable Exception failure) {
    if (failure == null) {
      return new Accepted(acceptedAt);
    }
    // A full buffer and a timed-out delivery both cause a TimeoutException, which is retriable. A
    // failure of the producer is temporary too: it has been replaced by now.
    if (ProducerFailure.mayPass(failure)) {
      log.debug("{} not appended: {}", id, failure.toString());
      return Overloaded.LOG_UNAVAILABLE;
    }
    failures.error(id + " not appended", failure);
    return Failed.RESULT;
  }
}
