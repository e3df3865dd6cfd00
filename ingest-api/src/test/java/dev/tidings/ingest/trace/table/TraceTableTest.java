package dev.tidings.ingest.trace.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.topic.ConsumerGroups;
import dev.tidings.service.kafka.client.KafkaClients;
import dev.tidings.service.rocks.RocksMemory;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TraceTableTest {
  private final RocksMemory memory = new RocksMemory(1 << 20);

  @AfterEach
  void close() {
    memory.close();
  }

  @Test
  void a_node_that_was_killed_is_missed_soon() {
    assertThat(consumer(Map.of()))
        .containsEntry("session.timeout.ms", 6_000)
        .containsEntry("heartbeat.interval.ms", 1_000);
  }

  @Test
  void the_operator_may_tune_it() {
    assertThat(consumer(Map.of("main.consumer.session.timeout.ms", "20000")))
        .containsEntry("session.timeout.ms", "20000");
  }

  private Map<String, Object> consumer(Map<String, String> kafka) {
    Map<String, String> all = new HashMap<>(kafka);
    all.put("bootstrap.servers", "localhost:9092");
    return new StreamsConfig(
            TraceTopology.settings(
                    new KafkaClients(all, "ingest-1"),
                    ConsumerGroups.TRACES,
                    new HostInfo("localhost", 1),
                    Path.of("state"),
                    memory)
                .toMap())
        .getMainConsumerConfigs("group", "client", 1);
  }
}
