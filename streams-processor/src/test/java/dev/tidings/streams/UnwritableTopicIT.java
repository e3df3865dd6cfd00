package dev.tidings.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Registration;
import dev.tidings.schemas.testing.Cluster;
import dev.tidings.schemas.testing.ServiceProcess;
import dev.tidings.schemas.topic.LogTopics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kafka answers, but one partition that the processor writes or reads has no leader, or a damaged
 * batch.
 *
 * <p>Shows G86, G121 and G125 of docs/guarantees.md.
 */
final class UnwritableTopicIT {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final int DEVICES = 20;

  @TempDir Path directory;

  @Test
  void the_processor_says_which_partition_takes_nothing_and_goes_on_by_itself() throws Exception {
    try (Cluster cluster = Cluster.withSecondBrokerFor(LogTopics.DELIVERIES, 3);
        ServiceProcess process = Processors.start(cluster, directory.resolve("state"), Map.of())) {
      process.awaitReady();
      for (int device = 0; device < DEVICES; device++) {
        register(cluster, device);
        append(cluster, device);
      }
      await().atMost(LONG).until(() -> cluster.read(LogTopics.DELIVERIES).size() == DEVICES);

      cluster.stopSecondBroker();
      for (int device = 0; device < DEVICES; device++) {
        append(cluster, device);
      }

      await()
          .atMost(LONG)
          .untilAsserted(() ->
              assertThat(page(process, "/health/ready"))
                  .contains("a stream thread has not read for")
                  .contains("tidings.deliveries-3 has no leader"));
      assertThat(page(process, "/metrics"))
          .containsPattern("tidings_kafka_partitions_unwritable\\{[^}]*} 1\\.0");

      cluster.startSecondBroker();

      await().atMost(LONG).until(() -> cluster.read(LogTopics.DELIVERIES).size() >= 2 * DEVICES);
      await()
          .atMost(LONG)
          .until(() -> page(process, "/health/ready").startsWith("{\"status\":\"UP\""));
    }
  }

  /**
   * Its commits cannot be compared with its end, and nothing of it can be read meanwhile; then it
   * has a leader, and one of its batches is damaged.
   */
  @Test
  void a_processor_that_starts_reads_all_but_the_source_that_has_no_leader_or_is_damaged()
      throws Exception {
    try (Cluster cluster = Cluster.withSecondBrokerFor(LogTopics.NOTIFICATIONS, 3)) {
      int elsewhere = 0;
      String last = "";
      for (int device = 0; device < DEVICES; device++) {
        register(cluster, device);
        String id = append(cluster, device);
        if (partition(device) == 3) {
          last = id;
        } else {
          elsewhere++;
        }
      }
      cluster.stopSecondBroker();
      cluster.flipOnSecondBroker(LogTopics.NOTIFICATIONS, 3, last);

      try (ServiceProcess process =
          Processors.start(cluster, directory.resolve("state"), Map.of())) {
        await()
            .atMost(LONG)
            .untilAsserted(() ->
                assertThat(page(process, "/health/ready"))
                    .contains("no answer from tidings.notifications-3"));
        int others = elsewhere;
        await().atMost(LONG).until(() -> cluster.read(LogTopics.DELIVERIES).size() == others);

        cluster.startSecondBroker();

        // All but the damaged one, and what comes into the other partitions.
        await().atMost(LONG).until(() -> cluster.read(LogTopics.DELIVERIES).size() >= DEVICES - 1);
        for (int device = 0; device < DEVICES; device++) {
          if (partition(device) != 3) {
            append(cluster, device);
          }
        }
        await()
            .atMost(LONG)
            .until(() -> cluster.read(LogTopics.DELIVERIES).size() >= DEVICES - 1 + others);
        await()
            .atMost(LONG)
            .untilAsserted(() ->
                assertThat(page(process, "/health/ready"))
                    .contains("DOWN")
                    .contains("tidings.notifications-3 is not read: offset "));
        await()
            .atMost(LONG)
            .untilAsserted(() ->
                assertThat(page(process, "/metrics"))
                    .containsPattern("tidings_kafka_partitions_damaged\\{[^}]*} 1\\.0"));

        cluster.stopSecondBroker();
        cluster.flipOnSecondBroker(LogTopics.NOTIFICATIONS, 3, last);
        cluster.startSecondBroker();

        await()
            .atMost(LONG)
            .until(() -> page(process, "/health/ready").startsWith("{\"status\":\"UP\""));
        await()
            .atMost(LONG)
            .until(() -> cluster.read(LogTopics.DELIVERIES).size() >= DEVICES + others);
      }
    }
  }

  private static void register(Cluster cluster, int device) throws Exception {
    cluster.append(
        LogTopics.REGISTRATIONS,
        token(device),
        new Registration("phone-" + device, "com.example.news", null, null, 1L, null));
  }

  private static byte[] token(int device) {
    return "%064x".formatted(device).getBytes(UTF_8);
  }

  private static int partition(int device) {
    return Utils.toPositive(Utils.murmur2(token(device))) % Cluster.PARTITIONS;
  }

  private static String append(Cluster cluster, int device) throws Exception {
    String id = UUID.randomUUID().toString();
    cluster.append(
        LogTopics.NOTIFICATIONS,
        token(device),
        Notification.newBuilder()
            .setId(id)
            .setApp("com.example.news")
            .setPayload(ByteBuffer.wrap("{\"aps\":{}}".getBytes(UTF_8)))
            .build());
    return id;
  }

  private static String page(ServiceProcess process, String path) throws Exception {
    URI uri = URI.create("http://" + process.endpoint("management") + path);
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }
}
