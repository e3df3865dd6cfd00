package dev.tidings.streams.write;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Membership;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.topic.DeadLetterHeaders;
import dev.tidings.schemas.topic.Forwarded;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.topic.TopicMembership;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import dev.tidings.streams.read.ReadResult;
import dev.tidings.streams.read.RegistryRetry;
import java.time.InstantSource;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Writes the results of resolving. Values are serialized here and not in the topology's sinks,
 * which all threads share. Their timestamp is the current time: with a provider's timestamp the log
 * might delete them at once. For one thread at a time.
 */
public final class ResolveOutputs {
  private final ProcessorContext<byte[], byte[]> context;
  private final RegistryRetry patience;
  private final String deliveriesTopic;
  private final String receiptsTopic;
  private final String schedulesTopic;
  private final String notificationsTopic;
  private final String membershipsTopic;
  private final InstantSource clock;
  private final Meters meters;
  private final RecordFactory records;
  private final AvroSerializer<Delivery> deliveries;
  private final AvroSerializer<Receipt> receipts;
  private final AvroSerializer<Notification> schedules;
  private final AvroSerializer<Membership> memberships;

  public ResolveOutputs(
      ProcessorContext<byte[], byte[]> context,
      RegistryClient registry,
      RegistryRetry patience,
      TopicNames names,
      String instance,
      InstantSource clock,
      Meters meters) {
    this.context = context;
    this.patience = patience;
    this.deliveriesTopic = names.of(LogTopics.DELIVERIES);
    this.receiptsTopic = names.of(LogTopics.RECEIPTS);
    this.schedulesTopic = names.of(LogTopics.SCHEDULES);
    this.notificationsTopic = names.of(LogTopics.NOTIFICATIONS);
    this.membershipsTopic = names.of(LogTopics.MEMBERSHIPS);
    this.clock = clock;
    this.meters = meters;
    this.records = new RecordFactory(instance);
    this.deliveries = new AvroSerializer<>(registry);
    this.receipts = new AvroSerializer<>(registry);
    this.schedules = new AvroSerializer<>(registry);
    this.memberships = new AvroSerializer<>(registry);
  }

  /** Writes a delivery to the device. */
  public void deliver(ReadResult.Valid valid, DeviceId device, long timestamp) {
    long now = clock.millis();
    Notification notification = valid.notification();
    Delivery delivery = records.resolved(notification, valid.token().hex(), timestamp, now);
    byte @Nullable [] value = patience.ask(() -> deliveries.serialize(deliveriesTopic, delivery));
    context.forward(new Record<>(device.key(), value, now), Sinks.DELIVERIES);
    meters.resolved(RecordFactory.since(notification, timestamp), now);
  }

  /** Writes a delivery of a broadcast to one of its subscribers. */
  public void deliver(Notification notification, Token token, DeviceId device) {
    long now = clock.millis();
    Delivery delivery = records.resolved(notification, token.hex(), now, now);
    byte @Nullable [] value = patience.ask(() -> deliveries.serialize(deliveriesTopic, delivery));
    context.forward(new Record<>(device.key(), value, now), Sinks.DELIVERIES);
    meters.broadcast();
  }

  /**
   * Writes a broadcast to one of its subscribers as a notification to its token: it is resolved
   * where all that is for the token is counted.
   */
  public void toSubscriber(Notification broadcast, Token token) {
    Notification one = records.toSubscriber(broadcast);
    byte @Nullable [] value = patience.ask(() -> schedules.serialize(notificationsTopic, one));
    context.forward(new Record<>(token.key(), value, clock.millis()), Sinks.NOTIFICATIONS);
    meters.broadcast();
  }

  /** Writes the receipt of a notification that its device is not sent, for it has had enough. */
  public void capped(ReadResult.Valid valid, long timestamp, String why) {
    end(valid, timestamp, Outcome.REJECTED, why);
    meters.capped();
  }

  /** Writes a withdrawal to the device, behind what it takes back. */
  public void withdraw(
      NotificationId withdrawn,
      Notification withdrawal,
      Token token,
      DeviceId device,
      long timestamp) {
    long now = clock.millis();
    Delivery delivery = records.withdrawal(withdrawn, withdrawal, token.hex(), timestamp, now);
    byte @Nullable [] value = patience.ask(() -> deliveries.serialize(deliveriesTopic, delivery));
    context.forward(new Record<>(device.key(), value, now), Sinks.DELIVERIES);
    meters.withdrawal();
  }

  /**
   * Writes that a device is to join or leave a topic, for its owner.
   *
   * @param sequence higher for a later one of the token
   */
  public void change(
      ReadResult.TopicChange change, DeviceId device, long sequence, long timestamp) {
    Membership membership =
        new Membership(
            change.id().value(),
            sequence,
            change.token().hex(),
            change.joins(),
            RecordFactory.acceptedAt(change.notification(), timestamp),
            null);
    byte[] key = new TopicMembership(device, change.app(), change.topic()).key().bytes();
    byte @Nullable [] value =
        patience.ask(() -> memberships.serialize(membershipsTopic, membership));
    context.forward(new Record<>(key, value, clock.millis()), Sinks.MEMBERSHIPS);
    meters.topicChange();
  }

  /**
   * Forwards a record to its token's partition, unchanged except for a header with its origin. Its
   * timestamp is the current time; the header has the provider's.
   */
  public void forward(Token token, Record<byte[], byte[]> record, Forwarded trip) {
    Headers headers = new RecordHeaders(record.headers());
    trip.writeTo(headers);
    context.forward(
        new Record<>(token.key(), record.value(), clock.millis(), headers), Sinks.NOTIFICATIONS);
    meters.forwarded();
  }

  /** Writes a notification that was sent to a device anew, as one to the token that it has. */
  public void readdress(ReadResult.Valid valid, Token token, long timestamp) {
    Notification again = records.readdressed(valid.notification(), timestamp);
    byte @Nullable [] value = patience.ask(() -> schedules.serialize(notificationsTopic, again));
    context.forward(new Record<>(token.key(), value, clock.millis()), Sinks.NOTIFICATIONS);
  }

  /**
   * Writes a notification to the schedule, and its receipt.
   *
   * @param headers of the record in the schedule
   * @return the notification as it is kept
   */
  public Notification schedule(
      byte[] key, ReadResult.Valid valid, long timestamp, Headers headers) {
    long now = clock.millis();
    Notification kept = records.scheduled(valid.notification(), timestamp, now);
    String token = valid.token().hex();
    Receipt receipt = records.waiting(kept, token, timestamp);
    byte @Nullable [] value = patience.ask(() -> receipts.serialize(receiptsTopic, receipt));
    byte[] receiptKey = ReceiptKey.of(valid.id().value(), token);
    // Before the record: should that be too large, the receipt that says so has to be the last.
    context.forward(new Record<>(receiptKey, value, now), Sinks.RECEIPTS);
    toSchedule(key, kept, headers);
    return kept;
  }

  /** Writes that a notification waits for the registration of its token: its receipt so far. */
  public void waits(ReadResult.Valid valid, long timestamp) {
    Notification notification = valid.notification();
    if (notification.getDevice() == null) {
      Receipt receipt = records.waiting(notification, valid.token().hex(), timestamp);
      byte @Nullable [] value = patience.ask(() -> receipts.serialize(receiptsTopic, receipt));
      byte[] key = ReceiptKey.of(valid.id().value(), valid.token().hex());
      context.forward(new Record<>(key, value, clock.millis()), Sinks.RECEIPTS);
    }
  }

  /** Writes a withdrawal to the schedule, behind what it withdraws. */
  public void schedule(
      byte[] key, ReadResult.Withdrawal withdrawal, long timestamp, Headers headers) {
    toSchedule(
        key, records.scheduled(withdrawal.notification(), timestamp, clock.millis()), headers);
  }

  private void toSchedule(byte[] key, Notification kept, Headers headers) {
    byte @Nullable [] value = patience.ask(() -> schedules.serialize(schedulesTopic, kept));
    context.forward(new Record<>(key, value, clock.millis(), headers), Sinks.SCHEDULES);
  }

  /** Removes a record from the schedule. */
  public void unschedule(byte[] key) {
    context.forward(new Record<>(key, null, clock.millis()), Sinks.SCHEDULES);
  }

  /** Writes the final receipt of a notification that ends here. */
  public void end(ReadResult.Valid valid, long timestamp, Outcome outcome, String why) {
    end(valid.notification(), valid.token(), timestamp, outcome, why);
  }

  /** Writes the final receipt of a notification of which this is known. */
  public void end(
      Notification notification, Token token, long timestamp, Outcome outcome, String why) {
    byte[] key = ReceiptKey.of(notification.getId(), token.hex());
    receipt(key, notification, token.hex(), timestamp, outcome, why);
  }

  /** The position from which a record was read. */
  public record Source(String topic, int partition, long offset) {}

  /** Writes a dead letter for an undeliverable record, and a receipt if it has an id. */
  public void refuse(ReadResult.Invalid invalid, Record<byte[], byte[]> record, Source source) {
    deadLetter(record, source, invalid.why());
    byte @Nullable [] key = invalid.receiptKey();
    Notification notification = invalid.notification();
    if (key != null && notification != null) {
      String token = invalid.token() == null ? null : invalid.token().hex();
      receipt(key, notification, token, record.timestamp(), Outcome.REJECTED, invalid.why());
    }
  }

  /** Writes a record unchanged to the dead letters. */
  public void deadLetter(Record<byte[], byte[]> record, Source source, String reason) {
    Headers headers =
        DeadLetterHeaders.of(
            record.headers(),
            reason,
            source.topic(),
            source.partition(),
            source.offset(),
            record.timestamp());
    context.forward(
        new Record<>(record.key(), record.value(), clock.millis(), headers), Sinks.DEAD_LETTERS);
    meters.deadLetter();
  }

  private void receipt(
      byte[] key,
      Notification notification,
      @Nullable String token,
      long timestamp,
      Outcome outcome,
      String why) {
    long now = clock.millis();
    Receipt receipt = records.ended(notification, token, timestamp, outcome, why, now);
    byte @Nullable [] value = patience.ask(() -> receipts.serialize(receiptsTopic, receipt));
    context.forward(new Record<>(key, value, now), Sinks.RECEIPTS);
    meters.ended(outcome);
  }
}
