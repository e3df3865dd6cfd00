package dev.tidings.ingest.audit;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.registry.AvroProjection;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import dev.tidings.schemas.topic.Partitioning;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.trace.AcceptanceTime;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import java.util.Arrays;
import java.util.Optional;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads of a record of {@code notifications} what it takes to find its receipt. For one thread at a
 * time.
 */
final class AcceptedReader {
  /** How many fields the first version of the schema had. */
  private static final int FIRST_FIELDS = 9;

  private static final int ADDED_FIELDS =
      Notification.getClassSchema().getFields().size() - FIRST_FIELDS;

  private final AvroProjection notifications;

  AcceptedReader(RegistryClient registry) {
    notifications =
        AvroProjection.ifThere(
            registry,
            Notification.getClassSchema(),
            "id",
            "app",
            "acceptedAt",
            "withdraws",
            "joins",
            "leaves",
            "device");
  }

  /**
   * Reads a record; empty if it has no receipt of its own. Those are withdrawals and changes of
   * topics, records that cannot be read or have no token or id, which are dead letters, and what is
   * written once more, and audited there: what is sent to a device, to its token; and what is in
   * another partition than that of its token, which is processed in that one.
   *
   * @param partitions how many the topic has
   * @throws dev.tidings.schemas.registry.client.RegistryException if its schema cannot be had now
   */
  Optional<Accepted> read(ConsumerRecord<byte[], byte[]> record, int partitions) {
    byte @Nullable [] value = record.value();
    byte @Nullable [] key = record.key();
    if (value == null || key == null) {
      return Optional.empty();
    }
    try {
      Token token = Token.ofKey(key);
      if (Partitioning.partition(token.key(), partitions) != record.partition()) {
        return Optional.empty();
      }
      IndexedRecord read = decode(value);
      for (int i = 3; i <= 6; i++) {
        if (read.get(i) != null) {
          return Optional.empty();
        }
      }
      NotificationId id = NotificationId.parse(String.valueOf(read.get(0)));
      return Optional.of(
          new Accepted(
              record.offset(),
              ReceiptKey.of(id, token),
              app(String.valueOf(read.get(1))),
              AcceptanceTime.millis((Long) read.get(2), record.timestamp())));
    } catch (UnreadableRecordException | InvalidValueException e) {
      return Optional.empty();
    }
  }

  /** As streams-processor does: one that ends where the first version ended is read, too. */
  private IndexedRecord decode(byte[] value) {
    try {
      return notifications.read(value);
    } catch (UnreadableRecordException e) {
      return notifications.read(Arrays.copyOf(value, value.length + ADDED_FIELDS));
    }
  }

  private static String app(String written) {
    try {
      return new AppId(written).value();
    } catch (InvalidValueException e) {
      return "";
    }
  }
}
