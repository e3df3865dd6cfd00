package dev.tidings.service.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.config.LogSettings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KafkaValuesTest {
  private static List<String> problems(Map<String, String> values) {
    try {
      KafkaClients.of(Config.of(LogSettings.ALL, values), "test");
      return List.of();
    } catch (ConfigException e) {
      return e.problems();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "kafka.linger.ms, soon, a whole number",
    "kafka.linger.ms, '', a whole number",
    "kafka.linger.ms, 5ms, a whole number",
    "kafka.linger.ms, 1.5, a whole number",
    "kafka.linger.ms, -1, a whole number",
    "kafka.linger.ms, 99999999999999999999, a whole number",
    "kafka.batch.size, 64k, a whole number",
    "kafka.request.timeout.ms, 3000000000, a whole number",
    "kafka.producer.linger.ms, soon, a whole number",
    "kafka.main.consumer.fetch.min.bytes, few, a whole number",
    "kafka.max.poll.records, 0, a whole number",
    "kafka.probing.rebalance.interval.ms, 1, a whole number",
    "kafka.enable.metrics.push, yes, true or false",
    "kafka.retry.backoff.ms, x, a whole number",
    "kafka.security.protocol, SSLL, a word that Kafka knows",
    "kafka.compression.type, zip, a word that Kafka knows"
  })
  void a_value_that_no_client_accepts_is_refused_by_name(
      String name, String value, String expected) {
    assertThat(problems(Map.of(name, value)))
        .singleElement()
        .asString()
        .startsWith(name + ": " + (value.isEmpty() ? "\"\"" : value) + " (expected: " + expected);
  }

  @ParameterizedTest
  @CsvSource({
    "kafka.linger.ms, 20",
    "kafka.linger.ms, ' 20 '",
    "kafka.batch.size, 0",
    "kafka.security.protocol, sasl_ssl",
    "kafka.compression.type, zstd",
    "kafka.enable.metrics.push, TRUE",
    "kafka.my.own.plugin, soon",
    "kafka.linger.ms, '${file:/etc/kafka.properties:linger}'",
    "kafka.sasl.jaas.config, 'a b c;'",
    "kafka.ssl.cipher.suites, 'A,B'"
  })
  void whatever_one_of_them_may_accept_is_passed_on(String name, String value) {
    assertThat(problems(Map.of(name, value))).isEmpty();
  }

  @Test
  void all_of_them_are_named_and_nothing_of_a_secret() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() ->
            KafkaClients.of(
                Config.of(
                    LogSettings.ALL,
                    Map.of(
                        "kafka.linger.ms", "soon",
                        "kafka.fetch.max.bytes", "much",
                        "kafka.ssl.key.password", "s3cret")),
                "test"))
        .satisfies(e ->
            assertThat(e.problems())
                .hasSize(2)
                .noneMatch(line -> line.contains("s3cret"))
                .anyMatch(line -> line.startsWith("kafka.linger.ms: soon (expected: "))
                .anyMatch(line -> line.startsWith("kafka.fetch.max.bytes: much (expected: ")));
  }
}
