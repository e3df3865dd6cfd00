package dev.tidings.node.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.node.cluster.NodeAddress;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.service.config.Config;
import dev.tidings.service.context.ServiceInstance;
import dev.tidings.service.kafka.client.ClientSettings;
import dev.tidings.service.kafka.client.KafkaClients;
import dev.tidings.service.rocks.RocksMemory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the guarantees rest on, as Kafka's clients take it. */
class LogClientsTest {
  private final LogClients clients = clients(Map.of("bootstrap.servers", "localhost:9092"));
  private final RocksMemory memory = new RocksMemory(1 << 20);

  @AfterEach
  void close() {
    memory.close();
  }

  @Test
  void what_is_written_is_on_every_replica_once_and_in_order() {
    Map<String, Object> settings = new HashMap<>(clients.writerSettings().toMap());
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
    Map<String, Object> settings = new HashMap<>(clients.deliveriesSettings().toMap());
    settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    ConsumerConfig config = new ConsumerConfig(settings);

    assertThat(config.getBoolean("enable.auto.commit")).isFalse();
    assertThat(config.getString("auto.offset.reset")).isEqualTo("none");
    assertThat(config.getBoolean("allow.auto.create.topics")).isFalse();
  }

  /** An operator's setting counts or is refused: none is overwritten without a word. */
  @Test
  void what_an_operator_may_not_change_is_refused_by_name() {
    Map<String, String> values = new HashMap<>();
    for (ClientSettings each : all(clients)) {
      each.toMap().keySet().forEach(name -> values.put(name, "17"));
    }
    LogClients asked = clients(values);

    for (ClientSettings each : all(asked)) {
      each.toMap()
          .forEach((name, value) -> {
            if (!value.equals("17")) {
              assertThatThrownBy(() -> Config.of(NodeSettings.ALL, Map.of("kafka." + name, "17")))
                  .as(name)
                  .hasMessageStartingWith("kafka." + name + ": 17 (expected: ");
            }
          });
    }
  }

  private static LogClients clients(Map<String, String> kafka) {
    return new LogClients(
        Config.of(NodeSettings.ALL, Map.of()),
        new ServiceInstance(
            "delivery-node",
            "node-under-test",
            TopicNames.PLAIN,
            new KafkaClients(kafka, "node-under-test")));
  }

  private List<ClientSettings> all(LogClients of) {
    return List.of(
        of.writerSettings(),
        of.deliveriesSettings(),
        of.inbox(new NodeAddress("localhost", 1), memory));
  }
}
