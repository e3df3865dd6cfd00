package dev.tidings.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.testing.Cluster;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.value.NotificationId;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Shows G162 and G163 of docs/guarantees.md. */
@Timeout(180)
class HistoryIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A moment of 2023. */
  private static final long BEGAN = 1_700_000_000_000L;

  @TempDir private static Path state;
  private static Cluster cluster;
  private static TestNode first;

  @BeforeAll
  static void start() throws Exception {
    cluster = new Cluster();
    first = new TestNode(cluster, state.resolve("a"));
  }

  @AfterAll
  static void stop() throws Exception {
    first.close();
    cluster.close();
  }

  private static String receive(String app, long at, Outcome outcome, StepName last)
      throws Exception {
    String id = NotificationId.random().value();
    receive(id, app, at, outcome, last);
    return id;
  }

  private static void receive(String id, String app, long at, Outcome outcome, StepName last)
      throws Exception {
    Receipt receipt =
        new Receipt(
            id,
            "token",
            "phone-1",
            app,
            outcome,
            List.of(
                new Step(StepName.ACCEPTED, at, "ingest-1", null),
                new Step(last, at + 500, "node-1", null)),
            null);
    cluster.append(LogTopics.RECEIPTS, ReceiptKey.of(id, "token"), receipt);
  }

  /** The rows of all pages. */
  private static List<JsonNode> rows(TestNode node, String query) throws Exception {
    List<JsonNode> rows = new ArrayList<>();
    String next = "/v1/notifications?" + query;
    while (!next.isEmpty()) {
      JsonNode page = page(node, next);
      page.path("notifications").forEach(rows::add);
      next = page.path("next").asText("");
    }
    return rows;
  }

  /** While a part is moved, or indexed, nobody is answered. */
  private static JsonNode page(TestNode node, String path) throws Exception {
    HttpResponse<String> answer =
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> node.get("http", path), each -> each.statusCode() != 503);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static List<String> ids(List<JsonNode> rows) {
    return rows.stream().map(row -> row.path("id").asText()).toList();
  }

  @Test
  void two_nodes_tell_the_same_history_page_by_page_also_after_a_restart() throws Exception {
    String app = "com.example.many";
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      ids.add(receive(app, BEGAN + i / 4, Outcome.PENDING, StepName.PARKED));
    }
    receive("com.example.other", BEGAN, Outcome.PENDING, StepName.PARKED);
    String query = "app=" + app + "&limit=7";
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(rows(first, query)).hasSize(60));
    List<String> told = ids(rows(first, query));
    assertThat(told).containsExactlyInAnyOrderElementsOf(ids);
    assertThat(told.getFirst()).isIn(ids.subList(56, 60));
    assertThat(ids(rows(first, query + "&order=oldest"))).isEqualTo(told.reversed());

    try (TestNode other = new TestNode(cluster, state.resolve("b"))) {
      for (TestNode each : List.of(other, first)) {
        assertThat(ids(rows(each, query))).isEqualTo(told);
      }
      // One page from each in turns: a cursor is good everywhere.
      JsonNode page = page(first, "/v1/notifications?" + query);
      JsonNode next = page(other, page.path("next").asText());
      assertThat(next.at("/notifications/0/id").asText()).isEqualTo(told.get(7));
    }
    try (TestNode again = new TestNode(cluster, state.resolve("b"))) {
      assertThat(ids(rows(again, query))).isEqualTo(told);
    }
    assertThat(ids(rows(first, query))).isEqualTo(told);
  }

  @Test
  void a_row_goes_on_as_its_notification_does_and_may_be_chosen_by_it() throws Exception {
    String app = "com.example.few";
    String query = "app=" + app;
    String id = receive(app, BEGAN, Outcome.PENDING, StepName.PARKED);
    String expired = receive(app, BEGAN + 1_000, Outcome.EXPIRED, StepName.EXPIRED);
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(ids(rows(first, query))).containsExactly(expired, id));
    receive(id, app, BEGAN, Outcome.DELIVERED, StepName.CONFIRMED);
    cluster.append(
        LogTopics.RECEIPTS,
        ReceiptKey.ofReport(id, "token", StepName.OPENED),
        new Receipt(
            id,
            "token",
            "phone-1",
            app,
            Outcome.DELIVERED,
            List.of(new Step(StepName.OPENED, BEGAN + 9_000, "node-1", null)),
            null));

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() ->
            assertThat(rows(first, query).get(1).path("lastStep").asText()).isEqualTo("opened"));
    JsonNode row = rows(first, query + "&outcome=delivered").getFirst();
    assertThat(row.path("id").asText()).isEqualTo(id);
    assertThat(row.path("device").asText()).isEqualTo("phone-1");
    assertThat(row.path("acceptedAt").asText()).isEqualTo("2023-11-14T22:13:20Z");
    assertThat(row.path("lastStepAt").asText()).isEqualTo("2023-11-14T22:13:29Z");
    HttpResponse<String> trace =
        first.get("http", "/v1/notifications/" + row.path("uniqueId").asText());
    assertThat(JSON.readTree(trace.body()).path("id").asText()).isEqualTo(id);
    for (String none : List.of("&device=phone-2", "&outcome=pending", "&to=2023-11-14T22:13:20Z")) {
      assertThat(rows(first, query + none)).as(none).isEmpty();
    }
    assertThat(ids(rows(first, query + "&device=phone-1&from=2023-11-14T22:13:21Z")))
        .containsExactly(expired);
    assertThat(first.get("http", "/v1/notifications?" + query + "&category=X").statusCode())
        .isEqualTo(400);
  }

  @Test
  void rows_may_be_chosen_and_counted_by_their_category() throws Exception {
    String app = "com.example.categories";
    String marketing = NotificationId.random().value();
    cluster.append(
        LogTopics.RECEIPTS,
        ReceiptKey.of(marketing, "token"),
        new Receipt(
            marketing,
            "token",
            "phone-1",
            app,
            Outcome.REJECTED,
            List.of(
                new Step(StepName.ACCEPTED, BEGAN, "ingest-1", null),
                new Step(StepName.REJECTED, BEGAN + 1, "streams-1", "daily cap")),
            "marketing"));
    String other = receive(app, BEGAN, Outcome.PENDING, StepName.PARKED);
    String query = "app=" + app;

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(rows(first, query)).hasSize(2));
    JsonNode row = rows(first, query + "&category=marketing").getFirst();
    assertThat(row.path("id").asText()).isEqualTo(marketing);
    assertThat(row.path("category").asText()).isEqualTo("marketing");
    assertThat(ids(rows(first, query + "&category=none"))).containsExactly(other);
    assertThat(rows(first, query + "&category=news")).isEmpty();
    try (TestNode second = new TestNode(cluster, state.resolve("c"))) {
      for (TestNode each : List.of(first, second)) {
        JsonNode counted =
            page(each, "/v1/statistics?by=category&from=2023-11-14&to=2023-11-14&" + query);
        assertThat(counted.path("rows").findValuesAsText("category"))
            .containsExactly("marketing", "none");
        assertThat(counted.at("/rows/0/rejected").asLong()).isEqualTo(1);
      }
    }
    JsonNode trace = page(first, "/v1/notifications/" + marketing);
    assertThat(trace.path("category").asText()).isEqualTo("marketing");
  }

  @Test
  void two_nodes_count_the_same_and_each_notification_once_also_after_a_restart() throws Exception {
    String app = "com.example.counted";
    for (int i = 0; i < 20; i++) {
      String id = receive(app, BEGAN, Outcome.PENDING, StepName.PARKED);
      receive(id, app, BEGAN, Outcome.DELIVERED, StepName.CONFIRMED);
      receive(id, app, BEGAN, Outcome.DELIVERED, StepName.CONFIRMED);
    }
    receive(app, BEGAN, Outcome.EVICTED, StepName.EVICTED);
    receive(app, BEGAN + 7_200_000, Outcome.PENDING, StepName.PARKED);
    List<String> lines =
        List.of(
            "day,accepted,pending,delivered,displayed,opened,discarded,expired,collapsed,"
                + "unregistered,evicted,withdrawn,rejected",
            "2023-11-14,21,0,20,0,0,1,0,0,0,1,0,0",
            "2023-11-15,1,1,0,0,0,0,0,0,0,0,0,0");
    assertCounted(first, app, lines);
    for (int i = 0; i < 2; i++) {
      try (TestNode other = new TestNode(cluster, state.resolve("c"))) {
        assertCounted(other, app, lines);
        assertCounted(first, app, lines);
      }
    }
    assertCounted(first, app, lines);
  }

  private static void assertCounted(TestNode node, String app, List<String> lines) {
    String path = "/v1/statistics?format=csv&from=2023-11-14&to=2023-11-15&app=" + app;
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() ->
            assertThat(node.get("http", path).body().lines()).containsExactlyElementsOf(lines));
  }

  @Test
  void a_node_whose_index_was_lost_makes_it_again_from_the_table() throws Exception {
    String app = "com.example.lost";
    Path own = state.resolve("lost");
    String id = receive(app, BEGAN, Outcome.PENDING, StepName.PARKED);
    try (TestNode node = new TestNode(cluster, own, Map.of())) {
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(ids(rows(node, "app=" + app))).containsExactly(id));
    }
    try (var files = java.nio.file.Files.walk(own)) {
      for (Path index :
          files.filter(each -> each.endsWith(Path.of("rocksdb", "history"))).toList()) {
        org.apache.kafka.common.utils.Utils.delete(index.toFile());
      }
    }
    try (TestNode node = new TestNode(cluster, own, Map.of())) {
      assertThat(ids(rows(node, "app=" + app))).containsExactly(id);
    }
  }
}
