package dev.tidings.ingest.accept;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.service.kafka.client.KafkaClients;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Shows G1 of docs/guarantees.md. */
class ProducerSettingsTest {

  @Test
  void what_is_promised_with_200_is_not_the_operators_to_tune() {
    ProducerConfig config = valid(Map.of("acks", "1", "max.block.ms", "60000"));

    assertThat(config.getString("acks")).isEqualTo("-1");
    assertThat(config.getBoolean("enable.idempotence")).isTrue();
    assertThat(config.getLong("max.block.ms")).isZero();
    assertThat(config.getInt("delivery.timeout.ms")).isEqualTo(15_000);
  }

  @Test
  void a_retry_neither_repeats_nor_overtakes() {
    ProducerConfig config = valid(Map.of());

    assertThat(config.getString("acks")).isEqualTo("-1");
    assertThat(config.getBoolean("enable.idempotence")).isTrue();
    assertThat(config.getInt("max.in.flight.requests.per.connection")).isLessThanOrEqualTo(5);
    assertThat(config.getInt("retries")).isPositive();
  }

  @Test
  void the_operator_may_tune_the_rest_and_the_times_still_fit_each_other() {
    ProducerConfig config = valid(Map.of("linger.ms", "20", "batch.size", "1000"));

    assertThat(config.getLong("linger.ms")).isEqualTo(20);
    assertThat(config.getInt("batch.size")).isEqualTo(1000);
    assertThat(config.getLong("linger.ms") + config.getInt("request.timeout.ms"))
        .isLessThanOrEqualTo(config.getInt("delivery.timeout.ms"));
  }

  @Test
  void what_comes_many_at_a_time_fills_one_request_while_another_is_on_its_way() {
    ProducerConfig one = valid(Map.of(), LogProducer.Kind.ACCEPT);
    ProducerConfig many = valid(Map.of(), LogProducer.Kind.LINES);

    assertThat(many.getInt("max.in.flight.requests.per.connection")).isEqualTo(1);
    assertThat(one.getInt("max.in.flight.requests.per.connection")).isEqualTo(5);
    // Who sends one line waits for nothing.
    assertThat(many.getLong("linger.ms")).isZero();
    assertThat(many.getString("client.id")).isNotEqualTo(one.getString("client.id"));
  }

  /** As a producer takes them: it refuses what contradicts itself. */
  private static ProducerConfig valid(Map<String, String> kafka) {
    return valid(kafka, LogProducer.Kind.ACCEPT);
  }

  private static ProducerConfig valid(Map<String, String> kafka, LogProducer.Kind kind) {
    Map<String, Object> all =
        new HashMap<>(
            ProducerSettings.of(
                    new KafkaClients(kafka, "ingest"), kind, 1 << 20, Duration.ofSeconds(15))
                .toMap());
    all.put("bootstrap.servers", "localhost:9092");
    all.put("key.serializer", ByteArraySerializer.class);
    all.put("value.serializer", ByteArraySerializer.class);
    return new ProducerConfig(all);
  }
}
