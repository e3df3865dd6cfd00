package dev.tidings.service.installation;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Reads the topic {@code control} to its end, repeatedly, and writes to it. Not thread-safe. */
final class ControlLog implements AutoCloseable {
  private static final Duration ATTEMPT = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(100);

  private final Map<String, String> kafka;
  private final String clientId;
  private final TopicPartition partition;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final InstantSource clock;

  ControlLog(Map<String, String> kafka, String clientId, String topic, InstantSource clock) {
    this.kafka = kafka;
    this.clientId = clientId;
    this.partition = new TopicPartition(topic, 0);
    this.clock = clock;
    this.consumer = consumer();
    consumer.assign(List.of(partition));
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) ATTEMPT.toMillis());
    settings.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) ATTEMPT.toMillis());
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /**
   * Reads the records added since the last call, up to the current end.
   *
   * @throws KafkaException if the log does not answer in time
   */
  void read(ControlState into) {
    long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    if (consumer.position(partition) > end) {
      // The topic was recreated.
      into.clear();
      consumer.seekToBeginning(List.of(partition));
    }
    long deadline = System.nanoTime() + ATTEMPT.toNanos();
    while (consumer.position(partition) < end) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        into.take(record.key(), record.value(), clock.instant());
      }
      if (System.nanoTime() - deadline > 0) {
        throw new KafkaException(
            "%s is not read to its end, %d, within %d s"
                .formatted(partition.topic(), end, ATTEMPT.toSeconds()));
      }
    }
  }

  /**
   * Writes records and waits until the log has them. Called rarely.
   *
   * @param records values by key
   */
  void write(Map<String, byte[]> records) throws InterruptedException {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, clientId + "-writer");
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, ATTEMPT.toMillis());
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) ATTEMPT.toMillis());
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 2 * (int) ATTEMPT.toMillis());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (Map.Entry<String, byte[]> record : records.entrySet()) {
        byte[] key = record.getKey().getBytes(StandardCharsets.UTF_8);
        producer
            .send(
                new ProducerRecord<>(
                    partition.topic(), partition.partition(), key, record.getValue()))
            .get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException kafkaFailure
          ? kafkaFailure
          : new KafkaException(e.getCause());
    }
  }

  String topic() {
    return partition.topic();
  }

  /** Ends a read; called from another thread. */
  void wakeup() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(Duration.ZERO));
  }
}
