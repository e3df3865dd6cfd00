package dev.tidings.service.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KafkaSettingsTest {
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
    "replication.factor, 1"
  })
  void what_a_guarantee_rests_on_is_refused_by_name(String name, String value) {
    Config config = Config.of(LogSettings.ALL, Map.of("kafka." + name, value));

    assertThatThrownBy(() -> LogSettings.kafka(config))
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
  void each_one_is_named() {
    Map<String, String> two = Map.of("kafka.acks", "1", "kafka.group.id", "a");
    Config config = Config.of(LogSettings.ALL, two);

    assertThatThrownBy(() -> LogSettings.kafka(config))
        .hasMessage(
            "kafka.acks: 1 (expected: -1 or all)\n"
                + "kafka.group.id: a (expected: not to be set: Tidings decides it)");
  }
}
