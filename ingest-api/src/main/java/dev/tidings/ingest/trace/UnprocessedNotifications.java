package dev.tidings.ingest.trace;

import dev.tidings.ingest.trace.TraceResult.Prospect;
import dev.tidings.ingest.trace.TraceResult.Stage;
import dev.tidings.ingest.trace.TraceResult.Underway;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.topic.Forwarded;
import dev.tidings.schemas.topic.Partitioning;
import dev.tidings.schemas.topic.UniqueId;
import dev.tidings.schemas.trace.AcceptedStep;
import dev.tidings.schemas.value.Category;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Collects the unprocessed notifications of an id found in the log, the latest of each token, with
 * the prospect of all of them. For one search.
 */
final class UnprocessedNotifications {
  /**
   * The limit of tokens, and one more says that there are others: each is kept in memory and
   * written into the response. Those that may not be read do not count: whoever uses an id of
   * another team would fill it up.
   */
  private static final int MOST = 100;

  private final NotificationId id;
  private final @Nullable UniqueId unique;
  private final Predicate<String> readable;
  private final Map<UniqueId, Underway> found = new LinkedHashMap<>();

  /**
   * @param unique the same text as a unique id, if it can be one
   * @param readable whether notifications of an app are collected
   */
  UnprocessedNotifications(
      NotificationId id, @Nullable UniqueId unique, Predicate<String> readable) {
    this.id = id;
    this.unique = unique;
    this.readable = readable;
  }

  List<Underway> found() {
    return List.copyOf(found.values());
  }

  /** Returns whether there may be others than those found. */
  boolean isFull() {
    return found.size() > MOST;
  }

  /**
   * Adds a record of the topic of notifications if it is one of those looked for. Returns whether
   * the limit is reached.
   *
   * @param partitions of the topic
   */
  boolean accepted(
      Notification notification, ConsumerRecord<byte[], byte[]> record, int partitions) {
    if (isFull()) {
      return true;
    }
    String token = token(record.key());
    Optional<UniqueId> named = asked(notification.getId(), token);
    if (named.isEmpty()) {
      return false;
    }
    long timestamp =
        Forwarded.of(record.headers()).map(Forwarded::timestamp).orElse(record.timestamp());
    return add(
        new Underway(
            named.get(),
            Stage.ACCEPTED,
            null,
            notification.getApp(),
            category(notification.getCategory()),
            List.of(AcceptedStep.of(notification, timestamp)),
            location(record),
            id(notification.getId()),
            null,
            new Prospect(
                token,
                mayBeDeliveredAt(notification),
                notification.getDevice() != null
                    || Partitioning.partition(token.getBytes(StandardCharsets.US_ASCII), partitions)
                        != record.partition())));
  }

  /**
   * Returns the time that is known before which it is not delivered. What depends on its device's
   * clock may have to wait however late it is.
   */
  private static @Nullable Long mayBeDeliveredAt(Notification notification) {
    return notification.getLocalDeliverAt() != null || notification.getQuietHours() != null
        ? Long.valueOf(Long.MAX_VALUE)
        : notification.getDeliverAt();
  }

  /**
   * Adds a record of {@code deliveries} if it is one of those looked for. Returns whether the limit
   * is reached.
   */
  boolean resolved(Delivery delivery, ConsumerRecord<byte[], byte[]> record) {
    if (isFull()) {
      return true;
    }
    Optional<UniqueId> named = asked(delivery.getId(), delivery.getToken());
    return named.isPresent()
        && add(
            new Underway(
                named.get(),
                Stage.RESOLVED,
                new String(record.key(), StandardCharsets.UTF_8),
                delivery.getApp(),
                category(delivery.getCategory()),
                delivery.getSteps(),
                location(record),
                id(delivery.getId()),
                null,
                new Prospect(delivery.getToken(), null, false)));
  }

  private static @Nullable String category(@Nullable String written) {
    return Category.ofField(written).map(Category::value).orElse(null);
  }

  private boolean add(Underway underway) {
    if (!readable.test(underway.app())) {
      return false;
    }
    found.merge(underway.unique(), underway, (before, latest) -> latest.with(before.prospect()));
    return isFull();
  }

  /** Returns the unique id of a record, if it is one of those requested. */
  private Optional<UniqueId> asked(String written, String token) {
    String of = id(written);
    boolean same = of.equals(id.value());
    if (!same && (unique == null || !of.startsWith(unique.keyPrefix()))) {
      return Optional.empty();
    }
    try {
      UniqueId named = UniqueId.of(new NotificationId(of), token);
      return same || named.equals(unique) ? Optional.of(named) : Optional.empty();
    } catch (InvalidValueException e) {
      return Optional.empty();
    }
  }

  /**
   * Normalises an id: providers that write to the log may write ids and tokens in other forms than
   * services do.
   */
  static String id(String written) {
    return written.strip().toLowerCase(Locale.ROOT);
  }

  private static String token(byte[] key) {
    try {
      return Token.ofKey(key).hex();
    } catch (InvalidValueException e) {
      return "";
    }
  }

  private static TraceResult.Location location(ConsumerRecord<byte[], byte[]> record) {
    return new TraceResult.Location(record.topic(), record.partition(), record.offset());
  }
}
