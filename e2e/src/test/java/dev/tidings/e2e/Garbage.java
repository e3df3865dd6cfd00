package dev.tidings.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.topic.InboxKey;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.Partitioning;
import dev.tidings.schemas.value.DeviceId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Records nobody can read, in every partition of every topic. */
final class Garbage {
  private static final int PARTITIONS = LogTopics.DEFAULT_PARTITIONS;

  /** Neither the wire format nor anything else. */
  private static final byte[] NOISE = {0x13, 0x37, 0x00, (byte) 0xff};

  /** The wire format, with a schema that no registry has. */
  private static final byte[] NO_SUCH_SCHEMA = {0x00, 0x7f, 0x00, 0x00, 0x01, 0x02};

  /** Nothing at all where something is expected. */
  private static final byte[] EMPTY = {};

  private Garbage() {}

  /** Writes them; one of them stands as if it were parked for {@code device}. */
  static void write(String bootstrapServers, String device) {
    Map<String, Object> config = Map.of("bootstrap.servers", bootstrapServers, "acks", "all");
    try (var producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (LogTopic<?> topic : LogTopics.all()) {
        if (!topic.equals(LogTopics.DEAD_LETTERS)) {
          for (int partition = 0; partition < topic.partitions(PARTITIONS); partition++) {
            for (byte[] value : List.of(NOISE, NO_SUCH_SCHEMA, EMPTY)) {
              producer.send(new ProducerRecord<>(topic.name(), partition, NOISE, value));
            }
          }
        }
      }
      // Compacted topics take nothing without a key; the others do.
      for (LogTopic<?> topic : List.of(LogTopics.NOTIFICATIONS, LogTopics.DELIVERIES)) {
        producer.send(new ProducerRecord<>(topic.name(), 0, null, null));
      }
      DeviceId id = new DeviceId(device);
      producer.send(
          new ProducerRecord<>(
              LogTopics.INBOX.name(),
              Partitioning.partition(id.key(), PARTITIONS),
              InboxKey.bytes(id.key(), 0),
              NOISE));
      producer.flush();
    }
  }

  /** Writes one record each, of a schema for which a registry has to be asked. */
  static void writeOfUnknownSchema(String bootstrapServers, LogTopic<?>... topics) {
    Map<String, Object> config = Map.of("bootstrap.servers", bootstrapServers, "acks", "all");
    try (var producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (LogTopic<?> topic : topics) {
        producer.send(new ProducerRecord<>(topic.name(), 0, NOISE, NO_SUCH_SCHEMA));
      }
      producer.flush();
    }
  }

  /** The topics that anything in the dead letters came from. */
  static Set<String> buried(String bootstrapServers) {
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers",
            bootstrapServers,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest");
    try (var consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> all =
          IntStream.range(0, PARTITIONS)
              .mapToObj(number -> new TopicPartition(LogTopics.DEAD_LETTERS.name(), number))
              .toList();
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      Set<String> topics = new HashSet<>();
      while (all.stream().anyMatch(part -> consumer.position(part) < ends.get(part))) {
        consumer
            .poll(Duration.ofMillis(200))
            .forEach(letter -> {
              assertThat(header(letter, "tidings-reason")).isNotBlank();
              topics.add(header(letter, "tidings-topic"));
            });
      }
      return topics;
    }
  }

  private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
