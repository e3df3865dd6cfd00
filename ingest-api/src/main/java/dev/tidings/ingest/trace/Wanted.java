package dev.tidings.ingest.trace;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import dev.tidings.schemas.topic.UniqueId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The notifications that one reading of the log searches for, by their ids: each record is decoded
 * once, and compared with those alone that it may be. For one reading.
 */
final class Wanted {
  private static final int PREFIX_LENGTH = 13;

  private final List<UnprocessedNotifications> all = new ArrayList<>();
  private final Map<String, List<UnprocessedNotifications>> byId = new HashMap<>();
  private final Map<String, List<UnprocessedNotifications>> byPrefix = new HashMap<>();
  private final Reader<Notification> notifications;
  private final Reader<Delivery> deliveries;

  Wanted(List<Search> searches, RegistryClient registry) {
    this.notifications = new Reader<>(registry, Notification.class);
    this.deliveries = new Reader<>(registry, Delivery.class);
    for (Search search : searches) {
      Optional<UniqueId> unique = UniqueId.parse(search.id());
      UnprocessedNotifications underways =
          new UnprocessedNotifications(search.id(), unique.orElse(null), search.readable());
      all.add(underways);
      byId.computeIfAbsent(search.id().value(), _ -> new ArrayList<>()).add(underways);
      unique.ifPresent(each ->
          byPrefix.computeIfAbsent(each.keyPrefix(), _ -> new ArrayList<>()).add(underways));
    }
  }

  /** Returns what was found of each, in the order of the searches. */
  List<UnprocessedNotifications> all() {
    return all;
  }

  /**
   * Adds a record of {@code notifications}. Returns whether nothing more can be added.
   *
   * @param partitions of the topic
   */
  boolean accepted(ConsumerRecord<byte[], byte[]> record, int partitions) {
    Optional<Notification> read = notifications.read(record);
    if (read.isPresent() && record.key() != null) {
      Notification notification = read.get();
      for (UnprocessedNotifications each : named(notification.getId())) {
        each.accepted(notification, record, partitions);
      }
    }
    return isFull();
  }

  /** Adds a record of {@code deliveries}. Returns whether nothing more can be added. */
  boolean resolved(ConsumerRecord<byte[], byte[]> record) {
    Optional<Delivery> read = deliveries.read(record);
    if (read.isPresent() && record.key() != null) {
      Delivery delivery = read.get();
      for (UnprocessedNotifications each : named(delivery.getId())) {
        each.resolved(delivery, record);
      }
    }
    return isFull();
  }

  private boolean isFull() {
    // One that has room is among the first, for hardly any is ever full.
    for (UnprocessedNotifications each : all) {
      if (!each.isFull()) {
        return false;
      }
    }
    return true;
  }

  private List<UnprocessedNotifications> named(String written) {
    String id = UnprocessedNotifications.id(written);
    List<UnprocessedNotifications> same = byId.getOrDefault(id, List.of());
    if (byPrefix.isEmpty() || id.length() < PREFIX_LENGTH) {
      return same;
    }
    List<UnprocessedNotifications> alike =
        byPrefix.getOrDefault(id.substring(0, PREFIX_LENGTH), List.of());
    if (alike.isEmpty()) {
      return same;
    }
    List<UnprocessedNotifications> both = new ArrayList<>(same);
    alike.stream().filter(each -> !same.contains(each)).forEach(both::add);
    return both;
  }

  /** Decodes values; unreadable ones are reported elsewhere. */
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
