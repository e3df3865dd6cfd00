package dev.tidings.service.installation;

import dev.tidings.service.kafka.LeaderlessPartitions;
import dev.tidings.service.kafka.client.ClientSettings;
import dev.tidings.service.kafka.client.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the topic {@code control} to its end, repeatedly, and writes to it. Not thread-safe. */
final class ControlLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlLog.class);
  private static final Duration ATTEMPT = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaClients clients;
  private final TopicPartition partition;
  private final Consumer<byte[], byte[]> consumer;
  private final InstantSource clock;

  ControlLog(KafkaClients clients, String topic, InstantSource clock) {
    this.clients = clients;
    this.partition = new TopicPartition(topic, 0);
    this.clock = clock;
    this.consumer = clients.consumer("installation").answeredWithin(ATTEMPT).openConsumer();
    consumer.assign(List.of(partition));
  }

  /**
   * Reads the records added since the last call, up to the current end.
   *
   * @throws KafkaException if the log does not answer in time
   */
  void read(ControlState into) {
    long end = end();
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
        String damaged = clients.damaged().trouble(partition.topic());
        throw new KafkaException(
            "%s is not read to its end, %d, within %d s%s"
                .formatted(
                    partition.topic(),
                    end,
                    ATTEMPT.toSeconds(),
                    damaged.isEmpty() ? "" : ": " + damaged));
      }
    }
  }

  private long end() {
    try {
      return consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    } catch (TimeoutException e) {
      throw LeaderlessPartitions.why(consumer, partition.topic(), e);
    }
  }

  /**
   * Writes records and waits until the log has them. Called rarely.
   *
   * @param records values by key; null to remove a record
   */
  void write(Map<String, byte @Nullable []> records) throws InterruptedException {
    int attempt = Math.toIntExact(ATTEMPT.toMillis());
    ClientSettings settings =
        clients
            .producer("installation-writer")
            .always(ProducerConfig.LINGER_MS_CONFIG, 0)
            .always(ProducerConfig.MAX_BLOCK_MS_CONFIG, attempt)
            .always(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, attempt)
            .always(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 2 * attempt);
    try (Producer<byte[], byte[]> producer = settings.openProducer()) {
      for (Map.Entry<String, byte @Nullable []> record : records.entrySet()) {
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

  /** Takes back what is said of this process, if there was no time for it before, and closes. */
  void leave(ControlState state) {
    try {
      if (state.nodes().isLeaving()) {
        write(state.toWrite(clock.instant()));
      }
    } catch (KafkaException e) {
      LOG.debug("{} not written", topic(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close();
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
