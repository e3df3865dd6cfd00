package dev.tidings.streams.write;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.topic.DeadLetterHeaders;
import dev.tidings.schemas.topic.Forwarded;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.topic.ScheduleKey;
import dev.tidings.schemas.topic.TopicNames;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a dead letter instead of a record that is too large for its topic, so that it is neither
 * lost silently nor stops the partition. It has its own producer, created when first needed: it is
 * called by the network thread of the other producer, which must not wait for itself. Thread-safe.
 */
public final class OversizedRecords implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OversizedRecords.class);
  private static final String WHY = "too large for its topic";
  private static final int UNKNOWN = -1;

  /** The size of a shortened record, in bytes: enough to see what it was. */
  private static final int MOST_OF_IT = 16 * 1024;

  private static final int SHORTER = 8;

  private final InstantSource clock;
  private final Meters meters;
  private final TopicNames names;
  private final RecordFactory records;
  private final AvroDeserializer<Delivery> deliveries;
  private final AvroDeserializer<Notification> notifications;
  private final AvroSerializer<Receipt> receipts;
  private final Supplier<Producer<byte[], byte[]>> producers;
  private @Nullable Producer<byte[], byte[]> producer;

  /**
   * Creates a writer; its producer is created later.
   *
   * @param producers creates the producer, which is closed by {@link #close}
   */
  public OversizedRecords(
      RegistryClient registry,
      TopicNames names,
      String instance,
      InstantSource clock,
      Meters meters,
      Supplier<Producer<byte[], byte[]>> producers) {
    this.producers = producers;
    this.names = names;
    this.clock = clock;
    this.meters = meters;
    this.records = new RecordFactory(instance);
    this.deliveries = new AvroDeserializer<>(registry, Delivery.class);
    this.notifications = new AvroDeserializer<>(registry, Notification.class);
    this.receipts = new AvroSerializer<>(registry);
  }

  /**
   * Writes a dead letter, shortened as far as necessary, and a receipt for a lost delivery. Returns
   * when the log has them, because the record's offset may be committed after that.
   */
  public synchronized void writeInsteadOf(ProducerRecord<byte[], byte[]> record) {
    log.error("{}: too large for its topic, a dead letter is written instead", place(record));
    boolean isLetter = record.topic().equals(names.of(LogTopics.DEAD_LETTERS));
    // A record that is itself a dead letter has already been refused at full length, and counted.
    if (isLetter || !write(deadLetter(record))) {
      writeShortened(isLetter ? record : deadLetter(record));
    }
    if (!isLetter) {
      meters.deadLetter();
    }
    Optional<ProducerRecord<byte[], byte[]>> receipt = receipt(record);
    if (receipt.isPresent()) {
      log.error("{}: {} is rejected", place(record), ReceiptKey.notification(receipt.get().key()));
      write(receipt.get());
      meters.ended(Outcome.REJECTED);
    }
  }

  /** What an operator finds the record by, without anything of what is in it. */
  private static String place(ProducerRecord<byte[], byte[]> record) {
    return "%s-%s, record of %d bytes and time %s"
        .formatted(
            record.topic(),
            record.partition() == null ? "?" : record.partition(),
            record.value() == null ? 0 : record.value().length,
            record.timestamp());
  }

  private void writeShortened(ProducerRecord<byte[], byte[]> letter) {
    for (int bytes = MOST_OF_IT; bytes > 0; bytes /= SHORTER) {
      if (write(DeadLetter.shortened(letter, bytes, clock.millis()))) {
        return;
      }
    }
    log.error("{}: not even its beginning fits the dead letters, it is lost", place(letter));
  }

  /** Writes a record. Returns false if it is too large for its topic. */
  private boolean write(ProducerRecord<byte[], byte[]> record) {
    try {
      producer().send(record).get();
      return true;
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof RecordTooLargeException)) {
        // The producer may be the cause: the next attempt uses a new one.
        close();
        producer = null;
        throw new KafkaException("nothing could be written to " + record.topic(), e.getCause());
      }
      log.error("{}: too large as well, it is shortened or left out", place(record));
      return false;
    } catch (KafkaException e) {
      close();
      producer = null;
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptException(e);
    }
  }

  private Producer<byte[], byte[]> producer() {
    if (producer == null) {
      producer = producers.get();
    }
    return producer;
  }

  /**
   * Returns a dead letter of the refused record. Its source is not known here: Kafka Streams'
   * context is that of the record being processed now.
   */
  private ProducerRecord<byte[], byte[]> deadLetter(ProducerRecord<byte[], byte[]> record) {
    Headers headers =
        DeadLetterHeaders.of(
            record.headers(), WHY, record.topic(), UNKNOWN, UNKNOWN, record.timestamp());
    return new ProducerRecord<>(
        names.of(LogTopics.DEAD_LETTERS),
        null,
        clock.millis(),
        record.key(),
        record.value(),
        headers);
  }

  private Optional<ProducerRecord<byte[], byte[]>> receipt(ProducerRecord<byte[], byte[]> record) {
    long now = clock.millis();
    try {
      if (record.topic().equals(names.of(LogTopics.DELIVERIES))) {
        return Optional.of(
            receipt(records.undeliverable(deliveries.read(record.value()), WHY, now)));
      }
      if (record.topic().equals(names.of(LogTopics.NOTIFICATIONS))) {
        Notification notification = notifications.read(record.value());
        long timestamp =
            Forwarded.of(record.headers()).map(Forwarded::timestamp).orElse(record.timestamp());
        String token = new String(record.key(), StandardCharsets.US_ASCII);
        return Optional.of(
            receipt(records.ended(notification, token, timestamp, Outcome.REJECTED, WHY, now)));
      }
      if (record.topic().equals(names.of(LogTopics.SCHEDULES))) {
        return scheduled(record, now);
      }
    } catch (SerializationException e) {
      log.error("{}: it cannot be read, so it gets no receipt", place(record), e);
    }
    return Optional.empty();
  }

  /** A withdrawal has no receipt of its own. */
  private Optional<ProducerRecord<byte[], byte[]>> scheduled(
      ProducerRecord<byte[], byte[]> record, long now) {
    if (record.value() == null || ScheduleKey.isWithdrawal(record.key())) {
      return Optional.empty();
    }
    String token = ScheduleKey.parse(record.key()).token().hex();
    Notification notification = notifications.read(record.value());
    return Optional.of(
        receipt(records.ended(notification, token, now, Outcome.REJECTED, WHY, now)));
  }

  private ProducerRecord<byte[], byte[]> receipt(Receipt receipt) {
    byte[] key = ReceiptKey.of(receipt.getId(), receipt.getToken());
    String topic = names.of(LogTopics.RECEIPTS);
    int partitions = producer().partitionsFor(topic).size();
    return new ProducerRecord<>(
        topic, ReceiptKey.partition(key, partitions), key, receipts.serialize(topic, receipt));
  }

  @Override
  public synchronized void close() {
    if (producer != null) {
      producer.close(Duration.ofSeconds(1));
    }
  }
}
