package dev.tidings.streams.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.topic.ConsumerGroups;
import dev.tidings.service.kafka.client.KafkaClients;
import dev.tidings.service.rocks.RocksMemory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class StreamsPropertiesTest {
  private final RocksMemory memory = new RocksMemory(1 << 20);

  @AfterEach
  void close() {
    memory.close();
  }

  @Test
  void nothing_is_held_back_for_the_sake_of_throughput() {
    StreamsConfig config = config(Map.of());

    assertThat(producer(config)).containsEntry("linger.ms", 0);
    assertThat(config.getLong("commit.interval.ms")).isEqualTo(100);
    assertThat(config.getLong("statestore.cache.max.bytes")).isZero();
    assertThat(config.getLong("max.task.idle.ms")).isEqualTo(-1);
  }

  @Test
  void the_operator_may_tune() {
    StreamsConfig config = config(Map.of("producer.linger.ms", "5", "poll.ms", "7"));

    assertThat(producer(config)).containsEntry("linger.ms", "5");
    assertThat(config.getLong("poll.ms")).isEqualTo(7);
  }

  @Test
  void a_broker_that_hangs_holds_an_assignment_up_for_seconds() {
    StreamsConfig config = config(Map.of());

    assertThat(config.getAdminConfigs("client"))
        .containsEntry("request.timeout.ms", 5_000)
        .containsEntry("default.api.timeout.ms", 20_000);
  }

  @Test
  void what_the_guarantees_rest_on_is_not_the_operators_to_tune() {
    StreamsConfig config =
        config(
            Map.of(
                "application.id", "other",
                "processing.guarantee", "exactly_once_v2",
                "replication.factor", "1",
                "main.consumer.group.instance.id", "other",
                "producer.acks", "1",
                "consumer.isolation.level", "read_uncommitted",
                "main.consumer.isolation.level", "read_uncommitted",
                "producer.delivery.timeout.ms", "120000",
                "producer.enable.idempotence", "false"));

    assertThat(config.getString("application.id")).isEqualTo("tidings-streams-processor");
    assertThat(config.getString("processing.guarantee")).isEqualTo("at_least_once");
    assertThat(config.getMainConsumerConfigs("group", "client", 1))
        .containsEntry("group.instance.id", "streams-0-1");
    assertThat(config.getMainConsumerConfigs("group", "client", 1))
        .containsEntry("isolation.level", "read_committed");
    assertThat(producer(config)).containsEntry("delivery.timeout.ms", Integer.MAX_VALUE);
    assertThat(config.getInt("replication.factor")).isEqualTo(3);
    assertThat(producer(config)).containsEntry("acks", "all");
    assertThat(producer(config)).containsEntry("enable.idempotence", "true");
  }

  private static Map<String, Object> producer(StreamsConfig config) {
    return config.getProducerConfigs("test");
  }

  private StreamsConfig config(Map<String, String> kafka) {
    Map<String, String> all = new HashMap<>(kafka);
    all.put("bootstrap.servers", "localhost:9092");
    return new StreamsConfig(
        new StreamsProperties(
                new KafkaClients(all, "test"),
                ConsumerGroups.STREAMS_PROCESSOR,
                Path.of("state"),
                1,
                0,
                Optional.of("streams-0"),
                (short) 3,
                Duration.ofMillis(100),
                null,
                memory)
            .settings()
            .toMap());
  }
}
