package dev.tidings.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.testing.Cluster;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.value.NotificationId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The topic of receipts is deleted and made anew.
 *
 * <p>Shows G124 of docs/guarantees.md.
 */
@Timeout(240)
class ReceiptsMadeAnewIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int BEFORE = 400;
  private static final int AFTER = 8;
  private static final int LATER = 9;

  @Test
  void while_the_service_runs_traces_go_on_with_what_is_in_the_new_one(@TempDir Path state)
      throws Exception {
    try (Cluster cluster = new Cluster()) {
      try (TestNode node = new TestNode(cluster, state)) {
        List<String> old = receive(cluster, BEFORE);
        awaitTraces(node, old);

        cluster.makeAnew(LogTopics.RECEIPTS);
        // Fewer than were read of the old one.
        awaitTraces(node, receive(cluster, AFTER));
        awaitReady(node);
        assertThat(node.push("phone", "{}").statusCode()).isEqualTo(200);
      }
      // And while it does not run; and more than were read of the old one.
      cluster.makeAnew(LogTopics.RECEIPTS);
      List<String> fresh = receive(cluster, 10 * AFTER);
      // As one that was killed before it had noticed leaves it: of a later leader than there is.
      cluster.commit(
          "tidings-traces", LogTopics.RECEIPTS, AFTER / Cluster.PARTITIONS, Optional.of(LATER));
      try (TestNode node = new TestNode(cluster, state)) {
        awaitTraces(node, fresh);
      }
    }
  }

  @Test
  void what_was_committed_of_a_topic_before_hides_nothing_that_is_in_the_new_one(
      @TempDir Path state) throws Exception {
    try (Cluster cluster = new Cluster();
        TestNode node = new TestNode(cluster, state)) {
      cluster.commit("tidings-streams-processor", LogTopics.NOTIFICATIONS, 1_000);
      String id = node.push("phone", "{}").headers().firstValue("apns-id").orElseThrow();

      awaitTraces(node, List.of(id));
    }
  }

  private static void awaitReady(TestNode node) {
    await()
        .atMost(PATIENCE)
        .until(() -> node.get("management", "/health/ready").statusCode() == 200);
  }

  private static void awaitTraces(TestNode node, List<String> ids) {
    for (String id : ids) {
      await()
          .atMost(PATIENCE)
          .until(() -> node.get("http", "/v1/notifications/" + id).statusCode() == 200);
    }
  }

  private static List<String> receive(Cluster cluster, int count) throws Exception {
    List<String> ids = new ArrayList<>();
    String token = TestNode.token("phone").hex();
    for (int i = 0; i < count; i++) {
      String id = NotificationId.random().value();
      Step step = new Step(StepName.CONFIRMED, 1_700_000_000_099L, "node-1", null);
      Receipt receipt =
          new Receipt(id, token, "phone-1", TestNode.APP, Outcome.DELIVERED, List.of(step), null);
      cluster.append(LogTopics.RECEIPTS, ReceiptKey.of(id, token), receipt);
      ids.add(id);
    }
    return ids;
  }
}
