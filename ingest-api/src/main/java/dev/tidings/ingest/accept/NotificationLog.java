package dev.tidings.ingest.accept;

import dev.tidings.ingest.request.CheckedPush;
import dev.tidings.ingest.request.Outcome;
import dev.tidings.ingest.request.RejectionReason;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.RegistryClient;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.service.kafka.ProducerFailure;
import dev.tidings.service.log.SeldomLog;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RetriableException;
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
  private final ThreadLocal<AvroSerializer<Notification>> serializers;
  private final String topic;
  private final String instance;
  private final InstantSource clock;
  private final SeldomLog failures = new SeldomLog(log);

  /**
   * Creates the log.
   *
   * @param topic the name of {@code notifications}
   */
  public NotificationLog(
      ProducerSource producers,
      String topic,
      RegistryClient registry,
      String instance,
      InstantSource clock) {
    this.producers = producers;
    this.topic = topic;
    // A serializer reuses a buffer and is not thread-safe: each event loop has its own.
    this.serializers = ThreadLocal.withInitial(() -> new AvroSerializer<>(registry));
    this.instance = instance;
    this.clock = clock;
  }

  /**
   * Appends one notification.
   *
   * @param payload must not be changed after this call
   * @param then receives the outcome exactly once, in the producer's thread or before this method
   *     returns; it must not block
   */
  // The future is ignored: the callback receives the same result.
  @SuppressWarnings("FutureReturnValueIgnored")
  public void append(CheckedPush request, byte[] payload, Consumer<Outcome> then) {
    Producer<byte[], byte[]> producer = producers.current();
    try {
      byte[] value = serializers.get().serialize(topic, of(request, payload));
      producer.send(
          new ProducerRecord<>(topic, request.token().key(), value),
          (metadata, failure) -> then.accept(ended(request, producer, failure)));
    } catch (RuntimeException e) {
      // A producer in its error state throws, and does not call the callback.
      then.accept(ended(request, producer, e));
    }
  }

  private Outcome ended(
      CheckedPush request, Producer<byte[], byte[]> producer, @Nullable Exception failure) {
    if (failure != null && ProducerFailure.isOne(failure)) {
      producers.replace(producer);
    }
    return outcome(request, failure);
  }

  private Notification of(CheckedPush request, byte[] payload) {
    return new Notification(
        request.id().value(),
        request.app().value(),
        ByteBuffer.wrap(payload),
        request.expiration().toField(),
        request.priority().number(),
        request.collapseId() == null ? null : request.collapseId().value(),
        request.pushType().header(),
        clock.millis(),
        instance);
  }

  private Outcome outcome(CheckedPush request, @Nullable Exception failure) {
    NotificationId id = request.id();
    if (failure == null) {
      return new Outcome.Accepted(id, request.unique());
    }
    // A full buffer and a timed-out delivery both cause a TimeoutException, which is retriable. A
    // failure of the producer is temporary too: it has been replaced by now.
    if (failure instanceof RetriableException || ProducerFailure.isOne(failure)) {
      log.debug("{} not appended: {}", id, failure.toString());
      return new Outcome.Overloaded(id, request.unique(), RejectionReason.SERVICE_UNAVAILABLE);
    }
    failures.error(id + " not appended", failure);
    return new Outcome.Rejected(id, RejectionReason.INTERNAL_SERVER_ERROR);
  }
}
