package dev.tidings.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.topic.ConsumerGroups;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.LogSettings;
import dev.tidings.service.config.Setting;
import dev.tidings.service.kafka.client.KafkaClients;
import dev.tidings.service.rocks.RocksMemory;
import dev.tidings.streams.run.StreamsProperties;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class StreamsSettingsTest {

  @Test
  void the_defaults_are_those_of_a_local_stack() {
    Map<String, String> defaults =
        StreamsSettings.ALL.all().stream()
            .collect(Collectors.toMap(Setting::name, Setting::defaultText));

    assertThat(defaults)
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("bind.address", "localhost"),
                Map.entry("management.host", ""),
                Map.entry("listen.open", ""),
                Map.entry("management.port", "9102"),
                Map.entry("instance.id", ""),
                Map.entry("state.dir", ".tidings/streams-processor"),
                Map.entry("start.timeout", "1m"),
                Map.entry("num.stream.threads", "1"),
                Map.entry("num.standby.replicas", "1"),
                Map.entry("group.instance.id", ""),
                Map.entry("unknown.token.grace", "5s"),
                Map.entry("broadcast.rate", "12000"),
                Map.entry("installation.id", ""),
                Map.entry("log.skip.corrupt", "false"),
                Map.entry("topic.prefix", ""),
                Map.entry("commit.interval", "100ms"),
                Map.entry("table.memory", "64m"),
                Map.entry("kafka.bootstrap.servers", "localhost:9092"),
                Map.entry("schema.registry.url", "http://localhost:8081/apis/ccompat/v7"),
                Map.entry("schema.registry.ssl.truststore.location", ""),
                Map.entry("schema.registry.ssl.truststore.password", ""),
                Map.entry("basic.auth.credentials.source", "URL"),
                Map.entry("basic.auth.user.info", ""),
                Map.entry("bearer.auth.token", ""),
                Map.entry("auto.register.schemas", "true")));
  }

  @Test
  void the_registry_gets_its_settings_under_confluents_names() {
    RegistryConfig registry =
        RegistryConfig.of(
            LogSettings.registry(
                config(
                    Map.of(
                        "schema.registry.url", "https://registry:8081",
                        "basic.auth.credentials.source", "USER_INFO",
                        "basic.auth.user.info", "me:secret",
                        "auto.register.schemas", "false"))));

    assertThat(registry.urls()).containsExactly(URI.create("https://registry:8081"));
    assertThat(registry.authorization()).startsWith("Basic ");
    assertThat(registry.autoRegister()).isFalse();
  }

  @Test
  void management_listens_where_the_service_does_unless_told_otherwise() {
    assertThat(StreamsSettings.managementHost(config(Map.of("bind.address", "0.0.0.0"))))
        .isEqualTo("0.0.0.0");
    assertThat(
            StreamsSettings.managementHost(
                config(Map.of("bind.address", "0.0.0.0", "management.host", "10.0.0.1"))))
        .isEqualTo("10.0.0.1");
  }

  @Test
  void what_begins_with_kafka_is_handed_on() {
    Config config = config(Map.of("kafka.producer.compression.type", "lz4"));

    assertThat(config.passThrough("kafka."))
        .containsEntry("producer.compression.type", "lz4")
        .containsEntry("bootstrap.servers", "localhost:9092");
  }

  /** An operator's setting counts or is refused: none is overwritten without a word. */
  @Test
  void what_an_operator_may_not_change_of_kafkas_settings_is_refused_by_name() {
    try (RocksMemory memory = new RocksMemory(1 << 20)) {
      Map<String, String> values = new HashMap<>();
      kafka(Map.of(), memory).keySet().forEach(name -> values.put(name, "17"));
      // Not Kafka's: an object for our own handler.
      values.remove("tidings.undeliverable");

      kafka(values, memory)
          .forEach((name, value) -> {
            if (values.containsKey(name) && !value.equals("17")) {
              assertThatThrownBy(() -> config(Map.of("kafka." + name, "17")))
                  .as(name)
                  .hasMessageStartingWith("kafka." + name + ": 17 (expected: ");
            }
          });
    }
  }

  private static Map<String, Object> kafka(Map<String, String> operator, RocksMemory memory) {
    return new StreamsProperties(
            new KafkaClients(operator, "streams-1"),
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
        .toMap();
  }

  private static Config config(Map<String, String> values) {
    return Config.of(StreamsSettings.ALL, values);
  }
}
