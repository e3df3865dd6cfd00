package dev.tidings.infra.cli.broadcast;

import dev.tidings.schemas.avro.Broadcast;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.topic.BroadcastKey;
import dev.tidings.schemas.topic.BroadcastKey.Kind;
import dev.tidings.schemas.value.NotificationId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Writes broadcasts to each partition of their topic, and reads how far those have come. */
final class BroadcastLog {
  private static final Duration POLL = Duration.ofMillis(200);

  private final String topic;
  private final Map<String, Object> kafka;
  private final RegistryConfig registry;

  /**
   * @param topic the name of {@code broadcasts}
   * @param kafka settings of Kafka's clients
   */
  BroadcastLog(String topic, Map<String, String> kafka, RegistryConfig registry) {
    this.topic = topic;
    this.kafka = new HashMap<>(kafka);
    this.registry = registry;
  }

  /**
   * Writes a record to each partition; returns how many there are.
   *
   * @throws IOException if one was not written; the others may have been
   */
  int write(NotificationId id, Kind kind, Broadcast broadcast)
      throws IOException, InterruptedException {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put("acks", "all");
    settings.put("max.block.ms", "10000");
    settings.put("delivery.timeout.ms", "15000");
    try (var schemas = new RegistryClient(registry);
        var producer =
            new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      byte @Nullable [] value = new AvroSerializer<Broadcast>(schemas).serialize(topic, broadcast);
      int partitions = producer.partitionsFor(topic).size();
      List<Future<RecordMetadata>> written = new ArrayList<>();
      for (int partition = 0; partition < partitions; partition++) {
        byte[] key = new BroadcastKey(id, partition, kind).bytes();
        written.add(producer.send(new ProducerRecord<>(topic, partition, key, value)));
      }
      for (Future<RecordMetadata> each : written) {
        each.get();
      }
      return partitions;
    } catch (ExecutionException e) {
      throw new IOException(topic + ": " + e.getCause(), e);
    }
  }

  /**
   * What the topic says of a broadcast in a partition.
   *
   * @param progress empty if the partition has not begun
   */
  record Found(int partition, Optional<Broadcast> progress) {}

  /** Reads what the topic says of a broadcast, in the order of the partitions. */
  List<Found> read(NotificationId id) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put("enable.auto.commit", "false");
    settings.put("isolation.level", "read_committed");
    Map<Integer, Found> found = new TreeMap<>();
    try (var schemas = new RegistryClient(registry);
        var consumer =
            new KafkaConsumer<>(
                settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      AvroDeserializer<Broadcast> values = new AvroDeserializer<>(schemas, Broadcast.class);
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream()
          .anyMatch(each -> consumer.position(each) < ends.getOrDefault(each, 0L))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          Optional.ofNullable(record.key())
              .flatMap(BroadcastKey::parse)
              .filter(key -> key.id().equals(id))
              .ifPresent(key -> take(key, record.value(), values, found));
        }
      }
    }
    return List.copyOf(found.values());
  }

  private static void take(
      BroadcastKey key,
      byte @Nullable [] value,
      AvroDeserializer<Broadcast> values,
      Map<Integer, Found> found) {
    if (value == null) {
      return;
    }
    switch (key.kind()) {
      case REQUEST ->
          found.putIfAbsent(key.partition(), new Found(key.partition(), Optional.empty()));
      case PROGRESS ->
          found.put(key.partition(), new Found(key.partition(), Optional.of(values.read(value))));
      case STOP -> {
        // The partition says when it has stopped.
      }
    }
  }
}
