package dev.tidings.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.schemas.avro.Revocation;
import dev.tidings.schemas.testing.Cluster;
import dev.tidings.schemas.topic.LogTopics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The topic of revocations is deleted and made anew while the service runs; then it has a damaged
 * batch.
 *
 * <p>Shows G57 and G125 of docs/guarantees.md.
 */
@Timeout(300)
class RevocationsMadeAnewIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String NAME = LogTopics.REVOCATIONS.name();

  @Test
  void what_is_in_the_new_one_counts_and_a_damaged_batch_holds_up_its_partition_alone(
      @TempDir Path state) throws Exception {
    try (Cluster cluster = new Cluster()) {
      for (int i = 0; i < 8; i++) {
        revoke(cluster, "old-" + i);
      }
      try (TestNode node = new TestNode(cluster, state)) {
        await().atMost(PATIENCE).until(() -> status(node, "old-7") == 410);

        cluster.makeAnew(LogTopics.REVOCATIONS);
        // More than were read of the old one: offsets alone do not tell that it is another.
        for (int i = 0; i < 64; i++) {
          revoke(cluster, "new-" + i);
        }

        await().atMost(PATIENCE).until(() -> status(node, "old-0") == 200);
        for (int i = 0; i < 64; i++) {
          String device = "new-" + i;
          await().atMost(PATIENCE).until(() -> status(node, device) == 410);
        }
        assertThat(node.get("management", "/metrics").body())
            .containsPattern("tidings_ingest_revocations_reloads_total\\{[^}]*} 1\\.0");
      }
      damage(cluster, state.resolve("other"));
    }
  }

  private static void damage(Cluster cluster, Path state) throws Exception {
    String token = TestNode.token("damaged").hex();
    int damaged = revoke(cluster, "damaged").partition();
    List<String> behind = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      String device = "later-" + i;
      (revoke(cluster, device).partition() == damaged ? behind : others).add(device);
    }
    cluster.flip(LogTopics.REVOCATIONS, damaged, token);
    try (TestNode node = TestNode.beginning(cluster, state)) {
      for (String device : others) {
        await().atMost(PATIENCE).until(() -> status(node, device) == 410);
      }
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> {
            assertThat(node.get("management", "/health/ready").body())
                .contains(NAME + "-" + damaged + " is not read: offset ");
            assertThat(node.get("management", "/metrics").body())
                .containsPattern("tidings_kafka_partitions_damaged\\{[^}]*} 1\\.0");
          });
      assertThat(node.knowsRevocations()).isFalse();

      cluster.flip(LogTopics.REVOCATIONS, damaged, token);

      await().atMost(PATIENCE).until(node::knowsRevocations);
      for (String device : behind) {
        assertThat(status(node, device)).isEqualTo(410);
      }
    }
  }

  private static int status(TestNode node, String device) throws Exception {
    return node.push(device, "{}").statusCode();
  }

  private static RecordMetadata revoke(Cluster cluster, String device) throws Exception {
    return cluster.append(
        LogTopics.REVOCATIONS, TestNode.token(device).key(), new Revocation(1_000L, "test"));
  }
}
