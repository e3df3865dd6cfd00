package dev.tidings.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.service.config.Config;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** What the guarantees rest on, as Kafka's clients take it. */
class LogClientsTest {
  private final LogClients clients =
      new LogClients(Config.of(NodeSettings.ALL, Map.of()), "node-under-test");

  @Test
  void what_is_written_is_on_every_replica_once_and_in_order() {
    Map<String, Object> settings = new HashMap<>(clients.writerSettings());
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    ProducerConfig config = new ProducerConfig(settings);

    assertThat(config.getString("acks")).isEqualTo("-1");
    assertThat(config.getBoolean("enable.idempotence")).isTrue();
    assertThat(config.getInt("max.in.flight.requests.per.connection")).isLessThanOrEqualTo(5);
    assertThat(config.getInt("retries")).isEqualTo(Integer.MAX_VALUE);
    assertThat(config.getInt("delivery.timeout.ms")).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void nothing_is_committed_by_itself_and_no_offset_made_up() {
    Map<String, Object> settings = new HashMap<>(clients.deliveriesSettings());
    settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    ConsumerConfig config = new ConsumerConfig(settings);

    assertThat(config.getBoolean("enable.auto.commit")).isFalse();
    assertThat(config.getString("auto.offset.reset")).isEqualTo("none");
    assertThat(config.getBoolean("allow.auto.create.topics")).isFalse();
  }
}
