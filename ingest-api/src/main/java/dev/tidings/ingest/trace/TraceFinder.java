package dev.tidings.ingest.trace;

import dev.tidings.ingest.trace.TraceTable.Lookup;
import dev.tidings.ingest.trace.TraceTable.Owner;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.RegistryClient;
import dev.tidings.schemas.registry.RegistryException;
import dev.tidings.schemas.registry.UnreadableRecordException;
import dev.tidings.schemas.topic.Forwarded;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.value.AcceptanceTime;
import dev.tidings.schemas.value.NotificationId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds a trace: in the table, or in what the log still has to be worked off. The order matters: a
 * notification moves from topic to topic meanwhile, always forward, so a search that goes forward
 * too can't miss it. Thread-safe; blocks.
 */
public final class TraceFinder {
  static final String PROCESSOR_GROUP = "tidings-streams-processor";
  static final String DELIVERY_GROUP = "tidings-delivery-nodes";
  private static final Logger log = LoggerFactory.getLogger(TraceFinder.class);
  private static final long CATCH_UP_POLL_MILLIS = 10;

  private final TraceTable table;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final Admin admin;
  private final RegistryClient registry;
  private final SearchLimits limits;
  private final Semaphore searches;

  /**
   * A finder; what it is given stays the giver's.
   *
   * @param consumers makes consumers without a group, one for each search, closed by it
   */
  public TraceFinder(
      TraceTable table,
      Supplier<Consumer<byte[], byte[]>> consumers,
      Admin admin,
      RegistryClient registry,
      SearchLimits limits) {
    this.table = table;
    this.consumers = consumers;
    this.admin = admin;
    this.registry = registry;
    this.limits = limits;
    this.searches = new Semaphore(limits.atOnce());
  }

  public Trace find(NotificationId id) throws InterruptedException {
    return switch (table.owner(id)) {
      case Owner.Nobody() -> new Trace.NotNow("the trace table is not assigned to any node yet");
      case Owner.There(var node) -> new Trace.Elsewhere(node);
      case Owner.Here(int partition) -> here(id, partition);
    };
  }

  private Trace here(NotificationId id, int partition) throws InterruptedException {
    return switch (table.find(id, partition)) {
      case Lookup.Found(byte[] receipt) -> receipted(receipt);
      case Lookup.NotServing(String why) -> new Trace.NotNow(why);
      case Lookup.Missing() -> {
        if (!searches.tryAcquire()) {
          yield new Trace.Busy();
        }
        try {
          yield search(id, partition);
        } finally {
          searches.release();
        }
      }
    };
  }

  private Trace search(NotificationId id, int partition) throws InterruptedException {
    long deadline = System.nanoTime() + limits.time().toNanos();
    try (Consumer<byte[], byte[]> consumer = consumers.get()) {
      LogTail tail = new LogTail(consumer, admin, limits, deadline);
      Reader<Notification> notifications = new Reader<>(registry, Notification.class);
      Optional<Trace> found =
          tail.search(
              LogTopics.NOTIFICATIONS, PROCESSOR_GROUP, r -> accepted(id, r, notifications));
      if (found.isEmpty()) {
        Reader<Delivery> deliveries = new Reader<>(registry, Delivery.class);
        found = tail.search(LogTopics.DELIVERIES, DELIVERY_GROUP, r -> resolved(id, r, deliveries));
      }
      return found.isPresent() ? found.get() : caughtUp(id, partition, tail, deadline);
    } catch (KafkaException e) {
      log.warn("no search for {}: {}", id, e.toString());
      return new Trace.NotNow("the log can't be searched at the moment");
    }
  }

  /** It may have got its receipt while it was looked for: once more, when the table has those. */
  private Trace caughtUp(NotificationId id, int partition, LogTail tail, long deadline)
      throws InterruptedException {
    TopicPartition receipts = new TopicPartition(LogTopics.RECEIPTS.name(), partition);
    long end = tail.end(receipts);
    // What was restored rather than read is known from the commit.
    if (table.position(partition) < end && tail.committed(TraceTable.GROUP, receipts) < end) {
      while (table.position(partition) < end) {
        if (System.nanoTime() >= deadline) {
          return new Trace.NotNow("the trace table is catching up");
        }
        Thread.sleep(CATCH_UP_POLL_MILLIS);
      }
    }
    return switch (table.find(id, partition)) {
      case Lookup.Found(byte[] receipt) -> receipted(receipt);
      case Lookup.NotServing(String why) -> new Trace.NotNow(why);
      case Lookup.Missing() -> new Trace.Unknown(tail.records(), tail.isComplete());
    };
  }

  private Trace receipted(byte[] receipt) {
    try {
      return new Trace.Receipted(new AvroDeserializer<>(registry, Receipt.class).read(receipt));
    } catch (RegistryException.Unavailable e) {
      log.debug("a receipt waits for the schema registry: {}", e.getMessage());
      return new Trace.NotNow("the schema registry that its receipt needs does not answer");
    } catch (UnreadableRecordException e) {
      log.warn("unreadable receipt: {}", e.getMessage());
      return new Trace.Unreadable(String.valueOf(e.getMessage()));
    }
  }

  private static Optional<Trace> accepted(
      NotificationId id, ConsumerRecord<byte[], byte[]> record, Reader<Notification> reader) {
    return reader
        .read(record)
        .filter(notification -> notification.getId().strip().equalsIgnoreCase(id.value()))
        .map(notification -> {
          long timestamp =
              Forwarded.of(record.headers()).map(Forwarded::timestamp).orElse(record.timestamp());
          String by = notification.getAcceptedBy();
          Step step =
              new Step(
                  StepName.ACCEPTED,
                  AcceptanceTime.millis(notification.getAcceptedAt(), timestamp),
                  by == null ? "(written to Kafka by the provider)" : by,
                  null);
          return new Trace.Underway(
              Trace.Stage.ACCEPTED, null, notification.getApp(), List.of(step), location(record));
        });
  }

  private static Optional<Trace> resolved(
      NotificationId id, ConsumerRecord<byte[], byte[]> record, Reader<Delivery> reader) {
    return reader
        .read(record)
        .filter(delivery -> delivery.getId().equals(id.value()))
        .map(delivery ->
            new Trace.Underway(
                Trace.Stage.RESOLVED,
                new String(record.key(), StandardCharsets.UTF_8),
                delivery.getApp(),
                delivery.getSteps(),
                location(record)));
  }

  private static Trace.Location location(ConsumerRecord<byte[], byte[]> record) {
    return new Trace.Location(record.topic(), record.partition(), record.offset());
  }

  /** Reads values; one that can't be read is somebody else's to report. */
  private static final class Reader<V extends SpecificRecord> {
    private final AvroDeserializer<V> deserializer;

    Reader(RegistryClient registry, Class<V> type) {
      deserializer = AvroDeserializer.atOnce(registry, type);
    }

    Optional<V> read(ConsumerRecord<byte[], byte[]> record) {
      byte[] value = record.value();
      try {
        return value == null ? Optional.empty() : Optional.of(deserializer.read(value));
      } catch (UnreadableRecordException e) {
        return Optional.empty();
      }
    }
  }
}
