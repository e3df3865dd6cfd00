package dev.tidings.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.schemas.avro.Revocation;
import dev.tidings.schemas.testing.Cluster;
import dev.tidings.schemas.topic.LogTopics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The topic of revocations is deleted and made anew while the service runs.
 *
 * <p>Shows G57 of docs/guarantees.md.
 */
@Timeout(180)
class RevocationsMadeAnewIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String NAME = LogTopics.REVOCATIONS.name();

  @Test
  void what_is_in_the_new_one_counts_and_nothing_else(@TempDir Path state) throws Exception {
    try (Cluster cluster = new Cluster();
        Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
      for (int i = 0; i < 8; i++) {
        revoke(cluster, "old-" + i);
      }
      try (TestNode node = new TestNode(cluster, state)) {
        await().atMost(PATIENCE).until(() -> status(node, "old-7") == 410);

        makeAnew(admin);
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
    }
  }

  private static int status(TestNode node, String device) throws Exception {
    return node.push(device, "{}").statusCode();
  }

  private static void revoke(Cluster cluster, String device) throws Exception {
    cluster.append(
        LogTopics.REVOCATIONS, TestNode.token(device).key(), new Revocation(1_000L, "test"));
  }

  private static void makeAnew(Admin admin) throws Exception {
    admin.deleteTopics(List.of(NAME)).all().get();
    await().atMost(PATIENCE).until(() -> !admin.listTopics().names().get().contains(NAME));
    admin
        .createTopics(
            List.of(new NewTopic(NAME, Optional.of(Cluster.PARTITIONS), Optional.of((short) 1))))
        .all()
        .get();
    await().atMost(PATIENCE).until(() -> admin.listTopics().names().get().contains(NAME));
  }
}
