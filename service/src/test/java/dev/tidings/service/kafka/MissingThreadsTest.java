package dev.tidings.service.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.service.health.Health;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kafka Streams without a broker, whose thread dies while no client can be made.
 *
 * <p>Shows G86 of docs/guarantees.md.
 */
class MissingThreadsTest {
  @TempDir Path directory;

  private final Clients clients = new Clients();
  private volatile long nanos;
  private KafkaStreams streams;
  private MissingThreads threads;

  /** Those of Kafka, or none. */
  private static final class Clients extends DefaultKafkaClientSupplier {
    private volatile boolean away;
    private volatile boolean fails;

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> settings) {
      if (away) {
        throw new KafkaException("Failed to construct kafka consumer");
      }
      return new KafkaConsumer<>(
          settings, new ByteArrayDeserializer(), new ByteArrayDeserializer()) {
        @Override
        public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
          if (fails) {
            throw new KafkaException("for the test");
          }
          return super.poll(timeout);
        }
      };
    }
  }

  @BeforeEach
  void start() {
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "threads");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:1");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
    Topology topology = new Topology();
    topology.addSource(
        "source",
        Serdes.ByteArray().deserializer(),
        Serdes.ByteArray().deserializer(),
        "notifications");
    streams = new KafkaStreams(topology, settings, clients);
    streams.setUncaughtExceptionHandler(
        (Throwable failure) -> StreamThreadExceptionResponse.REPLACE_THREAD);
    threads = new MissingThreads(() -> streams, 1, () -> nanos);
    streams.start();
    await().until(() -> names().size() == 1);
  }

  @AfterEach
  void stop() {
    streams.close(CloseOptions.timeout(Duration.ofSeconds(10)));
  }

  private List<String> names() {
    return streams.metadataForLocalThreads().stream().map(thread -> thread.threadName()).toList();
  }

  private void look() {
    nanos += Duration.ofSeconds(1).toNanos();
    threads.look();
  }

  @Test
  void one_that_could_not_be_replaced_is_started_once_clients_can_be_made() {
    look();
    look();
    assertThat(threads.check()).isEqualTo(Health.healthy());

    clients.away = true;
    clients.fails = true;
    await().until(() -> names().isEmpty());
    look();
    assertThat(threads.check()).isEqualTo(Health.unhealthy("0 of 1 stream threads run"));
    for (int second = 0; second < 40; second++) {
      look();
    }
    assertThat(names()).isEmpty();

    clients.fails = false;
    clients.away = false;
    for (int second = 0; second < 40; second++) {
      look();
    }
    await().until(() -> names().size() == 1);
    look();
    assertThat(threads.check()).isEqualTo(Health.healthy());
  }
}
