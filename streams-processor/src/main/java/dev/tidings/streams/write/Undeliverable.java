package dev.tidings.streams.write;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.RegistryClient;
import dev.tidings.schemas.topic.LogTopics;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What to write instead of a record that is too large for its topic, so that it is neither lost in
 * silence nor stops the partition. Thread-safe.
 */
public final class Undeliverable {
  private static final Logger log = LoggerFactory.getLogger(Undeliverable.class);
  private static final String WHY = "too large for the log";

  private final InstantSource clock;
  private final Meters meters;
  private final Journey journey;
  private final AvroDeserializer<Delivery> deliveries;
  private final AvroSerializer<Receipt> receipts;

  public Undeliverable(
      RegistryClient registry, String instance, InstantSource clock, Meters meters) {
    this.clock = clock;
    this.meters = meters;
    this.journey = new Journey(instance);
    this.deliveries = new AvroDeserializer<>(registry, Delivery.class);
    this.receipts = new AvroSerializer<>(registry);
  }

  /** A dead letter and, for a delivery, a receipt; nothing for what is one of those itself. */
  public synchronized List<ProducerRecord<byte[], byte[]>> insteadOf(
      ProducerRecord<byte[], byte[]> record, ErrorHandlerContext context) {
    log.error(
        "{} bytes are too large for {}",
        record.value() == null ? 0 : record.value().length,
        record.topic());
    List<ProducerRecord<byte[], byte[]>> instead = new ArrayList<>();
    if (!record.topic().equals(LogTopics.DEAD_LETTERS.name())) {
      instead.add(deadLetter(record, context));
      meters.deadLetter();
    }
    if (record.topic().equals(LogTopics.DELIVERIES.name())) {
      receipt(record, instead);
    }
    return instead;
  }

  private ProducerRecord<byte[], byte[]> deadLetter(
      ProducerRecord<byte[], byte[]> record, ErrorHandlerContext context) {
    boolean isSourceKnown = context.sourceRawValue() != null;
    Headers headers =
        DeadLetter.headers(
            context.headers(),
            record.topic() + ": " + WHY,
            String.valueOf(context.topic()),
            context.partition(),
            context.offset(),
            context.timestamp());
    return new ProducerRecord<>(
        LogTopics.DEAD_LETTERS.name(),
        null,
        clock.millis(),
        isSourceKnown ? context.sourceRawKey() : record.key(),
        isSourceKnown ? context.sourceRawValue() : record.value(),
        headers);
  }

  private void receipt(
      ProducerRecord<byte[], byte[]> record, List<ProducerRecord<byte[], byte[]>> instead) {
    try {
      Delivery delivery = deliveries.read(record.value());
      Receipt receipt = journey.undeliverable(delivery, WHY, clock.millis());
      instead.add(
          new ProducerRecord<>(
              LogTopics.RECEIPTS.name(),
              delivery.getId().getBytes(StandardCharsets.UTF_8),
              receipts.serialize(LogTopics.RECEIPTS.name(), receipt)));
      meters.ended(Outcome.REJECTED);
    } catch (SerializationException e) {
      log.error("no receipt for a delivery that is too large", e);
    }
  }
}
