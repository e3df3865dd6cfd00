package dev.tidings.service.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

class ClientSettingsTest {
  private static KafkaClients clients(Map<String, String> operator) {
    Map<String, String> all = new HashMap<>(operator);
    all.put("bootstrap.servers", "localhost:9092");
    return new KafkaClients(all, "node-1");
  }

  @Test
  void each_step_has_precedence_over_those_before_it_whatever_is_called_first() {
    Map<String, Object> settings =
        clients(Map.of("linger.ms", "7", "max.block.ms", "8"))
            .producer("writer")
            .always("max.block.ms", 0)
            .byDefault("max.block.ms", 1)
            .byDefault("linger.ms", 2)
            .byDefault("batch.size", 3)
            .toMap();

    assertThat(settings)
        .containsEntry("batch.size", 3)
        .containsEntry("linger.ms", "7")
        .containsEntry("max.block.ms", 0)
        .containsEntry("client.id", "node-1-writer");
  }

  @Test
  void what_a_producer_has_sent_is_on_every_replica_once_and_in_order() {
    Map<String, Object> settings = clients(Map.of()).producer("writer").toMap();
    settings.put("key.serializer", ByteArraySerializer.class);
    settings.put("value.serializer", ByteArraySerializer.class);
    ProducerConfig config = new ProducerConfig(settings);

    assertThat(config.getString("acks")).isEqualTo("-1");
    assertThat(config.getBoolean("enable.idempotence")).isTrue();
    assertThat(config.getInt("max.in.flight.requests.per.connection")).isLessThanOrEqualTo(5);
  }

  @Test
  void a_consumer_commits_nothing_by_itself_creates_no_topic_and_begins_at_the_beginning() {
    Map<String, Object> settings = clients(Map.of()).consumer("table").toMap();
    settings.put("key.deserializer", ByteArrayDeserializer.class);
    settings.put("value.deserializer", ByteArrayDeserializer.class);
    ConsumerConfig config = new ConsumerConfig(settings);

    assertThat(config.getBoolean("enable.auto.commit")).isFalse();
    assertThat(config.getBoolean("allow.auto.create.topics")).isFalse();
    assertThat(config.getString("auto.offset.reset")).isEqualTo("earliest");
    assertThat(config.getString("group.id")).isNull();
  }

  @Test
  void a_streams_application_loses_nothing_that_it_has_read_or_written() {
    StreamsConfig config =
        new StreamsConfig(
            clients(Map.of()).streams("application", "node-1-inbox", Path.of("state")).toMap());

    assertThat(config.getString("application.id")).isEqualTo("application");
    assertThat(config.getString("processing.guarantee")).isEqualTo("at_least_once");
    assertThat(config.getProducerConfigs("client"))
        .containsEntry("acks", "all")
        .containsEntry("enable.idempotence", "true");
    assertThat(config.getMainConsumerConfigs("group", "client", 1))
        .containsEntry("auto.offset.reset", "earliest");
  }

  @Test
  void a_question_has_its_own_time_whatever_the_others_have() {
    Map<String, Object> settings =
        clients(Map.of("request.timeout.ms", "30000"))
            .admin("members")
            .answeredWithin(Duration.ofSeconds(2))
            .toMap();

    assertThat(settings)
        .containsEntry("request.timeout.ms", 2_000)
        .containsEntry("default.api.timeout.ms", 2_000);
  }

  @Test
  void a_guarantee_is_one_that_operators_are_held_to() {
    ClientSettings settings = clients(Map.of()).admin("any");

    assertThatThrownBy(() -> settings.guaranteed("linger.ms"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("linger.ms");
    assertThatThrownBy(() -> settings.guaranteed("partitioner.class"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
