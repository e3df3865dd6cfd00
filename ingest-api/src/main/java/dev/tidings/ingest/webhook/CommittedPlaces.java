package dev.tidings.ingest.webhook;

import dev.tidings.ingest.receipts.Cursor;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Places as the offsets that a consumer group has committed, one group for each webhook, without
 * members. So Kafka's tools show how far behind one is. The commit also says of which topic they
 * are, by Kafka's id, and since when the endpoint fails.
 */
final class CommittedPlaces implements WebhookPlaces {
  private static final long ANSWERED_WITHIN_SECONDS = 10;

  private final Admin admin;
  private final String topic;
  private final UnaryOperator<String> groups;

  /**
   * @param admin owned and closed by the caller
   * @param topic the name of {@code receipts}
   * @param groups names the group of a webhook
   */
  CommittedPlaces(Admin admin, String topic, UnaryOperator<String> groups) {
    this.admin = admin;
    this.topic = topic;
    this.groups = groups;
  }

  @Override
  public Place read(String webhook) throws InterruptedException {
    Map<TopicPartition, OffsetAndMetadata> committed =
        answer(
            admin.listConsumerGroupOffsets(groups.apply(webhook)).partitionsToOffsetAndMetadata());
    return place(committed, topic);
  }

  /** Reads what was committed; a place that has a hole is none. */
  static Place place(Map<TopicPartition, OffsetAndMetadata> committed, String topic) {
    Map<Integer, OffsetAndMetadata> found = new HashMap<>();
    committed.forEach((partition, offset) -> {
      if (partition.topic().equals(topic) && offset != null) {
        found.put(partition.partition(), offset);
      }
    });
    long[] next = new long[found.size()];
    for (int i = 0; i < next.length; i++) {
      OffsetAndMetadata offset = found.get(i);
      if (offset == null) {
        return new Place(Optional.empty(), Optional.empty());
      }
      next[i] = offset.offset();
    }
    OffsetAndMetadata first = found.get(0);
    return first == null
        ? new Place(Optional.empty(), Optional.empty())
        : place(next, first.metadata());
  }

  private static Place place(long[] next, String metadata) {
    String[] parts = metadata.split(" ", 2);
    try {
      return new Place(
          Optional.of(new Cursor(Uuid.fromString(parts[0]), next)),
          parts.length < 2
              ? Optional.empty()
              : Optional.of(Instant.ofEpochMilli(Long.parseLong(parts[1]))));
    } catch (IllegalArgumentException e) {
      // Somebody else has set the offsets: it begins anew rather than at another topic's.
      return new Place(Optional.empty(), Optional.empty());
    }
  }

  @Override
  public void keep(String webhook, Cursor next, Optional<Instant> failingSince)
      throws InterruptedException {
    String group = groups.apply(webhook);
    answer(admin.alterConsumerGroupOffsets(group, offsets(next, failingSince, topic)).all());
  }

  static Map<TopicPartition, OffsetAndMetadata> offsets(
      Cursor next, Optional<Instant> failingSince, String topic) {
    String metadata =
        next.topic() + failingSince.map(since -> " " + since.toEpochMilli()).orElse("");
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (int i = 0; i < next.next().length; i++) {
      offsets.put(
          new TopicPartition(topic, i),
          new OffsetAndMetadata(next.next()[i], Optional.empty(), metadata));
    }
    return offsets;
  }

  private static <T extends @Nullable Object> T answer(KafkaFuture<T> future)
      throws InterruptedException {
    try {
      return future.get(ANSWERED_WITHIN_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new KafkaException("places of webhooks: " + e.getCause(), e.getCause());
    } catch (TimeoutException e) {
      throw new KafkaException(
          "places of webhooks: no answer for " + ANSWERED_WITHIN_SECONDS + " s", e);
    }
  }
}
