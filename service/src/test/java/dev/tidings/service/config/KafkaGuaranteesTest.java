package dev.tidings.service.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shows G1 of docs/guarantees.md. */
class KafkaGuaranteesTest {
  @ParameterizedTest
  @CsvSource({
    "partitioner.ignore.keys, true",
    "producer.partitioner.ignore.keys, true",
    "partitioner.class, org.apache.kafka.clients.producer.RoundRobinPartitioner",
    "transactional.id, a",
    "interceptor.classes, a.B",
    "main.consumer.interceptor.classes, a.B",
    "acks, 1",
    "producer.acks, 0",
    "enable.idempotence, false",
    "isolation.level, read_uncommitted",
    "consumer.isolation.level, read_uncommitted",
    "value.serializer, a.B",
    "key.deserializer, a.B",
    "group.id, other",
    "auto.offset.reset, latest",
    "restore.consumer.auto.offset.reset, latest",
    "max.in.flight.requests.per.connection, 6",
    "processing.guarantee, exactly_once_v2",
    "enable.auto.commit, true",
    "group.protocol, streams",
    "production.exception.handler, a.B",
    "main.consumer.group.instance.id, a",
    "replication.factor, 1",
    "topic.cleanup.policy, delete",
    "topic.retention.ms, 1000",
    "client.id, a"
  })
  void what_a_guarantee_rests_on_is_refused_by_name(String name, String value) {
    Map<String, String> values = Map.of("kafka." + name, value);

    assertThatThrownBy(() -> Config.of(LogSettings.ALL, values))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("kafka." + name + ": " + value + " (expected: ");
  }

  @ParameterizedTest
  @CsvSource({
    "acks, all",
    "producer.acks, -1",
    "enable.idempotence, TRUE",
    "max.in.flight.requests.per.connection, 1",
    "security.protocol, SSL",
    "producer.linger.ms, 5",
    "main.consumer.session.timeout.ms, 10000",
    "compression.type, zstd"
  })
  void the_rest_is_passed_on(String name, String value) {
    Config config = Config.of(LogSettings.ALL, Map.of("kafka." + name, value));

    assertThat(LogSettings.kafka(config)).containsEntry(name, value);
  }

  @Test
  void each_one_is_named_with_all_other_problems() {
    Map<String, String> values =
        Map.of("kafka.acks", "1", "kafka.group.id", "a", "start.timeout", "soon");

    assertThatThrownBy(() -> Config.of(LogSettings.ALL, values))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(e.problems())
                    .hasSize(3)
                    .anyMatch(problem -> problem.startsWith("start.timeout: soon (expected: "))
                    .contains(
                        "kafka.acks: 1 (expected: all or -1)",
                        "kafka.group.id: a (expected: not to be set: Tidings decides it)"));
  }

  @Test
  void an_environment_variable_is_refused_like_a_line_of_the_file() {
    Map<String, String> environment = Map.of("TIDINGS_KAFKA_PRODUCER_ACKS", "0");

    assertThatThrownBy(() -> Config.read(LogSettings.ALL, Optional.empty(), environment, Map.of()))
        .hasMessage("kafka.producer.acks: 0 (expected: all or -1)");
  }

  @Test
  void a_service_may_fix_more_and_the_others_are_as_before() {
    Settings settings =
        LogSettings.with(
            KafkaGuarantees.COMMON
                .fixed("max.block.ms", "0")
                .refused("the setting producer.buffer, without kafka.", "buffer.memory"));

    assertThatThrownBy(() ->
            Config.of(
                settings,
                Map.of(
                    "kafka.max.block.ms", "1",
                    "kafka.producer.buffer.memory", "2",
                    "kafka.acks", "3")))
        .hasMessage(
            "kafka.acks: 3 (expected: all or -1)\n"
                + "kafka.max.block.ms: 1 (expected: 0)\n"
                + "kafka.producer.buffer.memory: 2 (expected: the setting producer.buffer, without"
                + " kafka.)");
    assertThat(Config.of(LogSettings.ALL, Map.of("kafka.max.block.ms", "1")).passThrough("kafka."))
        .containsEntry("max.block.ms", "1");
  }
}
