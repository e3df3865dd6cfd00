package dev.tidings.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.schemas.testing.Cluster;
import dev.tidings.schemas.testing.ServiceProcess;
import dev.tidings.schemas.topic.InboxKey;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.value.DeviceId;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node starts while some partitions of its tables have no leader; then a topic of a table is made
 * anew under it.
 *
 * <p>Shows G98 and G124 of docs/guarantees.md.
 */
final class LeaderlessStartIT {
  private static final int SHUT = 3;
  private static final int OPEN = Cluster.PARTITIONS - 1;

  private static final Duration LONG = Duration.ofMinutes(2);

  @TempDir Path directory;

  /** More than the old topic had: where that ended is within the new one. */
  private static final int ANEW = 40;

  @Test
  void it_serves_the_others_names_that_one_takes_it_once_it_is_led_and_has_all_of_a_new_topic()
      throws Exception {
    try (Cluster cluster = Cluster.withSecondBrokerFor(LogTopics.INBOX, SHUT)) {
      for (int partition = 0; partition < Cluster.PARTITIONS; partition++) {
        park(cluster, partition, "phone", 1);
      }
      cluster.stopSecondBroker();

      try (ServiceProcess node = start(cluster)) {
        await().atMost(LONG).until(node::isReady);

        assertThat(page(node, "/metrics"))
            .contains("tidings_node_partitions_open{")
            .containsPattern("tidings_node_partitions_open\\{[^}]*} " + OPEN + "\\.0")
            .containsPattern("tidings_node_inbox_parked\\{[^}]*} " + OPEN + "\\.0");
        assertThat(page(node, "/health/ready")).contains("DOWN").contains("tidings.inbox-" + SHUT);

        cluster.startSecondBroker();

        await()
            .atMost(LONG)
            .until(() -> page(node, "/health/ready").startsWith("{\"status\":\"UP\""));
        assertThat(page(node, "/metrics"))
            .containsPattern("tidings_node_inbox_parked\\{[^}]*} " + Cluster.PARTITIONS + "\\.0");

        cluster.makeAnew(LogTopics.INBOX);
        for (int partition = 0; partition < Cluster.PARTITIONS; partition++) {
          park(cluster, partition, "tablet", ANEW);
        }

        await()
            .atMost(LONG)
            .untilAsserted(() ->
                assertThat(page(node, "/metrics"))
                    .containsPattern(
                        "tidings_node_inbox_parked\\{[^}]*} " + ANEW * Cluster.PARTITIONS + "\\.0")
                    .containsPattern(discarded(LogTopics.INBOX, 1))
                    .containsPattern(discarded(LogTopics.GENERATIONS, 0)));
        await()
            .atMost(LONG)
            .until(() -> page(node, "/health/ready").startsWith("{\"status\":\"UP\""));
        assertThat(Files.readString(directory.resolve("node.log")))
            .contains("tidings.inbox was deleted and created again");
      }
    }
  }

  private static String discarded(LogTopic<?> topic, int times) {
    String table = topic.name().replace("tidings.", "");
    return "tidings_tables_discarded_total\\{[^}]*table=\"" + table + "\"[^}]*} " + times + "\\.0";
  }

  /** Entries that no schema is needed for: one that cannot be read is parked all the same. */
  private static void park(Cluster cluster, int partition, String device, int count)
      throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", cluster.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < count; i++) {
        byte[] key = new InboxKey(new DeviceId(device + "-" + partition), i).bytes();
        producer.send(new ProducerRecord<>(LogTopics.INBOX.name(), partition, key, new byte[] {1}));
      }
    }
  }

  private ServiceProcess start(Cluster cluster) throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put("kafka.bootstrap.servers", cluster.bootstrapServers());
    settings.put("schema.registry.url", cluster.registryUrl());
    settings.put("token.keys", "1:000102030405060708090a0b0c0d0e0f");
    settings.put("bind.address", "localhost");
    settings.put("internal.bind.address", "localhost");
    for (String port :
        new String[] {"mqtt.port", "mqtt.ws.port", "internal.port", "management.port"}) {
      settings.put(port, "0");
    }
    settings.put("state.dir", directory.resolve("state").toString());
    return new ServiceProcess(
        DeliveryNode.class.getName(), directory.resolve("node.log"), settings);
  }

  private static String page(ServiceProcess node, String path) throws Exception {
    URI uri = URI.create("http://" + node.endpoint("management") + path);
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }
}
