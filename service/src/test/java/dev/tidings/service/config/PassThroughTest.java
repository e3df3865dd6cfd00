package dev.tidings.service.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PassThroughTest {

  private static final Setting<String> BROKERS =
      Setting.text("kafka.bootstrap.servers", "localhost:9092", "");
  private static final Setting<Duration> LINGER =
      Setting.duration(
          "kafka.stop-timeout", Duration.ofSeconds(5), Duration.ZERO, Duration.ofHours(1), "");

  @Test
  void keys_under_the_prefix_are_handed_on_without_it() {
    Config config =
        Config.of(
            Settings.of().withPassThrough("kafka.", ""),
            Map.of("kafka.linger.ms", "5", "kafka.Some_Key", "As Is"));

    assertThat(config.passThrough("kafka."))
        .containsExactlyInAnyOrderEntriesOf(Map.of("linger.ms", "5", "Some_Key", "As Is"));
  }

  @Test
  void environment_variables_under_the_prefix_become_dotted_keys() {
    Config config =
        Config.read(
            Settings.of().withPassThrough("kafka.", ""),
            Optional.empty(),
            Map.of("TIDINGS_KAFKA_SECURITY_PROTOCOL", "SSL", "TIDINGS_KAFKA_", "x"),
            Map.of());

    assertThat(config.passThrough("kafka."))
        .containsExactlyInAnyOrderEntriesOf(Map.of("security.protocol", "SSL"));
  }

  @Test
  void a_declared_setting_under_the_prefix_is_checked_and_handed_on_with_its_default() {
    Settings settings = Settings.of(BROKERS).withPassThrough("kafka.", "");

    assertThat(Config.of(settings, Map.of()).passThrough("kafka."))
        .containsEntry("bootstrap.servers", "localhost:9092");
    assertThat(Config.of(settings, Map.of("kafka.bootstrap.servers", "a:1")).passThrough("kafka."))
        .containsEntry("bootstrap.servers", "a:1");
    assertThatThrownBy(() -> Config.of(settings, Map.of("kafka.bootstrap.servers", "")))
        .isInstanceOf(ConfigException.class);
  }

  @Test
  void a_variable_of_a_declared_setting_does_not_become_a_dotted_key_too() {
    Config config =
        Config.read(
            Settings.of(LINGER).withPassThrough("kafka.", ""),
            Optional.empty(),
            Map.of("TIDINGS_KAFKA_STOP_TIMEOUT", "7s"),
            Map.of());

    assertThat(config.get(LINGER)).isEqualTo(Duration.ofSeconds(7));
    assertThat(config.passThrough("kafka."))
        .containsExactlyInAnyOrderEntriesOf(Map.of("stop-timeout", "7s"));
  }

  @Test
  void a_key_belongs_to_the_longest_prefix() {
    Settings settings =
        Settings.of().withPassThrough("kafka.", "").withPassThrough("kafka.producer.", "");
    Map<String, String> values = Map.of("kafka.client.id", "a", "kafka.producer.acks", "all");
    Config config =
        Config.read(
            settings, Optional.empty(), Map.of("TIDINGS_KAFKA_PRODUCER_LINGER_MS", "5"), values);

    assertThat(config.passThrough("kafka."))
        .containsExactlyInAnyOrderEntriesOf(Map.of("client.id", "a"));
    assertThat(config.passThrough("kafka.producer."))
        .containsExactlyInAnyOrderEntriesOf(Map.of("acks", "all", "linger.ms", "5"));
  }

  @Test
  void a_prefix_that_is_not_passed_through_cannot_be_asked_for() {
    Config config = Config.of(Settings.of().withPassThrough("kafka.", ""), Map.of());

    assertThatThrownBy(() -> config.passThrough("registry."))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("prefix: registry. (expected: one of [kafka.])");
  }
}
