package dev.tidings.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.testing.Cluster;
import dev.tidings.schemas.testing.ServiceProcess;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.topic.UniqueId;
import dev.tidings.schemas.value.NotificationId;
import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Shows G66, G67, G69, G122, G140 and G148 of docs/guarantees.md. */
@Timeout(180)
class TraceIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PROCESSOR = "tidings-streams-processor";
  private static final String DELIVERY = "tidings-delivery-nodes";

  @TempDir private static Path state;
  private static Cluster cluster;
  private static TestNode node;

  @BeforeAll
  static void start() throws Exception {
    cluster = new Cluster();
    node = new TestNode(cluster, state.resolve("a"), Map.of("audit.after", "1s"));
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> trace(node, NotificationId.random().value()).statusCode() == 404);
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
    cluster.close();
  }

  @Test
  void an_accepted_notification_is_traced_from_its_acceptance_to_its_delivery() throws Exception {
    String id = node.push("phone", "{}").headers().firstValue("apns-id").orElseThrow();

    JsonNode accepted = json(trace(node, id));
    assertThat(accepted.path("id").asText()).isEqualTo(id);
    assertThat(accepted.path("outcome").asText()).isEqualTo("accepted");
    assertThat(accepted.path("app").asText()).isEqualTo(TestNode.APP);
    assertThat(accepted.at("/steps/0/step").asText()).isEqualTo("accepted");
    assertThat(accepted.at("/steps/0/where").asText()).isEqualTo("ingest-test");
    assertThat(accepted.at("/location/topic").asText()).isEqualTo("tidings.notifications");
    assertThat(accepted.at("/location/offset").isNumber()).isTrue();

    Step step = new Step(StepName.ACCEPTED, 1_700_000_000_001L, "ingest-test", null);
    cluster.append(
        LogTopics.DELIVERIES, "phone-1".getBytes(StandardCharsets.UTF_8), delivery(id, step));
    cluster.commitEnd(PROCESSOR, LogTopics.NOTIFICATIONS);
    JsonNode resolved = json(trace(node, id));
    assertThat(resolved.path("outcome").asText()).isEqualTo("resolved");
    assertThat(resolved.path("device").asText()).isEqualTo("phone-1");
    assertThat(resolved.at("/location/topic").asText()).isEqualTo("tidings.deliveries");

    Step confirmed = new Step(StepName.CONFIRMED, 1_700_000_000_099L, "node-1", "told so");
    receive(id, Outcome.DELIVERED, step, confirmed);
    cluster.commitEnd(DELIVERY, LogTopics.DELIVERIES);
    JsonNode delivered = json(trace(node, id));
    assertThat(delivered.path("outcome").asText()).isEqualTo("delivered");
    assertThat(delivered.path("device").asText()).isEqualTo("phone-1");
    assertThat(delivered.path("steps")).hasSize(2);
    assertThat(delivered.at("/steps/1/step").asText()).isEqualTo("confirmed");
    assertThat(delivered.at("/steps/1/at").asText()).isEqualTo("2023-11-14T22:13:20.099Z");
    assertThat(delivered.at("/steps/1/atMillis").asLong()).isEqualTo(1_700_000_000_099L);
    assertThat(delivered.at("/steps/1/why").asText()).isEqualTo("told so");
    assertThat(delivered.has("location")).isFalse();
  }

  @Test
  void one_id_for_several_tokens_is_told_whole_and_each_by_its_unique_id() throws Exception {
    String id = NotificationId.random().value();
    List<String> tokens = List.of(TestNode.token("news").hex(), TestNode.token("mail").hex());
    Step parked = new Step(StepName.PARKED, 1_700_000_000_001L, "node-2", null);
    Step confirmed = new Step(StepName.CONFIRMED, 1_700_000_000_002L, "node-2", null);
    receive(id, tokens.get(0), Outcome.DELIVERED, confirmed);
    receive(id, tokens.get(1), Outcome.PENDING, parked);

    await().until(() -> json(trace(node, id)).path("others").size() == 1);
    JsonNode all = json(trace(node, id));
    assertThat(Stream.of(all, all.at("/others/0")).map(one -> one.path("outcome").asText()))
        .containsExactlyInAnyOrder("delivered", "pending");
    assertThat(all.has("next")).isFalse();

    for (int i = 0; i < 2; i++) {
      String unique = UniqueId.of(new NotificationId(id), tokens.get(i)).toString();
      JsonNode one = json(awaitTrace(node, unique));
      assertThat(one.path("id").asText()).isEqualTo(id);
      assertThat(one.path("uniqueId").asText()).isEqualTo(unique);
      assertThat(one.path("outcome").asText()).isEqualTo(i == 0 ? "delivered" : "pending");
      assertThat(one.has("others")).isFalse();
    }
  }

  @Test
  void the_unique_id_of_the_answer_names_what_was_accepted() throws Exception {
    HttpResponse<String> answer = node.push("phone", "{}");
    String unique = answer.headers().firstValue("apns-unique-id").orElseThrow();

    JsonNode accepted = json(awaitTrace(node, unique));

    assertThat(accepted.path("id").asText())
        .isEqualTo(answer.headers().firstValue("apns-id").orElseThrow());
    assertThat(accepted.path("uniqueId").asText()).isEqualTo(unique);
    assertThat(accepted.path("outcome").asText()).isEqualTo("accepted");
  }

  @Test
  void more_tokens_than_a_page_holds_are_told_page_by_page() throws Exception {
    String id = NotificationId.random().value();
    Step confirmed = new Step(StepName.CONFIRMED, 1_700_000_000_002L, "node-2", null);
    for (int i = 0; i < 250; i++) {
      receive(id, "token " + i, Outcome.DELIVERED, confirmed);
    }
    await().until(() -> told(id).size() == 250);
    assertThat(told(id)).doesNotHaveDuplicates();
  }

  /** The unique ids of all that is told of an id, over all pages. */
  private static List<String> told(String id) throws Exception {
    List<String> told = new ArrayList<>();
    String next = "/v1/notifications/" + id;
    while (!next.isEmpty()) {
      JsonNode page = json(node.get("http", next));
      if (page.path("uniqueId").isTextual()) {
        told.add(page.path("uniqueId").asText());
        page.path("others").forEach(other -> told.add(other.path("uniqueId").asText()));
      }
      next = page.path("next").asText("");
    }
    return told;
  }

  @Test
  void a_unique_id_behind_too_many_receipts_is_not_unknown_and_its_token_finds_it()
      throws Exception {
    NotificationId id = NotificationId.random();
    CompletableFuture.allOf(
            IntStream.range(0, 10_001)
                .mapToObj(i -> ReceiptKey.of(id.value(), "token " + i))
                .map(key ->
                    CompletableFuture.runAsync(() -> append(key), Thread::startVirtualThread))
                .toArray(CompletableFuture[]::new))
        .join();
    String last =
        Stream.iterate(0, i -> i + 1)
            .map(i -> "last " + i)
            .filter(token -> ReceiptKey.mark(token).startsWith("ffff"))
            .findFirst()
            .orElseThrow();
    Step confirmed = new Step(StepName.CONFIRMED, 1_700_000_000_002L, "node-2", null);
    receive(id.value(), last, Outcome.DELIVERED, confirmed);

    String fromLast = id.value() + "?from=" + ReceiptKey.mark(last);
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> json(trace(node, fromLast)).path("outcome").asText().equals("delivered"));
    for (String token : List.of(last, "never sent")) {
      HttpResponse<String> answer = trace(node, UniqueId.of(id, token).toString());
      assertThat(answer.statusCode()).as(token).isEqualTo(503);
      assertThat(answer.headers().firstValue("retry-after")).isPresent();
      assertThat(json(answer).path("detail").asText()).contains("too many receipts");
    }
    HttpResponse<String> unread =
        node.push(
            TestNode.token("phone").hex(), "{}", "apns-topic", TestNode.APP, "apns-id", id.value());
    String unique = unread.headers().firstValue("apns-unique-id").orElseThrow();
    assertThat(json(awaitTrace(node, unique)).path("outcome").asText()).isEqualTo("accepted");
  }

  private static void append(byte[] key) {
    try {
      cluster.appendBytes(LogTopics.RECEIPTS, key, new byte[] {1});
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_repetition_is_a_step_of_the_trace_of_what_came_first() throws Exception {
    String id = NotificationId.random().value();
    String token = TestNode.token("phone").hex();
    receive(id, token, Outcome.DELIVERED, new Step(StepName.CONFIRMED, 1_000L, "node-2", null));
    Step repeated = new Step(StepName.REPEATED, 2_000L, "node-2", "it came before");
    Receipt again = receipt(id, token, Outcome.REPEATED, repeated);
    cluster.append(LogTopics.RECEIPTS, ReceiptKey.ofRepetition(id, token), again);

    await().until(() -> json(trace(node, id)).path("steps").size() == 2);
    JsonNode trace = json(trace(node, id));
    assertThat(trace.path("outcome").asText()).isEqualTo("delivered");
    assertThat(trace.at("/steps/1/step").asText()).isEqualTo("repeated");
    assertThat(trace.at("/steps/1/why").asText()).isEqualTo("it came before");
    assertThat(trace.has("others")).isFalse();
  }

  @Test
  void a_receipt_of_an_earlier_version_is_told_until_the_same_notification_goes_on()
      throws Exception {
    String id = NotificationId.random().value();
    String token = TestNode.token("phone").hex();
    Step parked = new Step(StepName.PARKED, 1_000L, "node-2", null);
    cluster.append(
        LogTopics.RECEIPTS,
        new NotificationId(id).key(),
        receipt(id, token, Outcome.PENDING, parked));
    assertThat(json(awaitTrace(node, id)).path("outcome").asText()).isEqualTo("pending");

    receive(id, token, Outcome.DELIVERED, new Step(StepName.CONFIRMED, 2_000L, "node-2", null));

    await().until(() -> json(trace(node, id)).path("outcome").asText().equals("delivered"));
    assertThat(json(trace(node, id)).has("others")).isFalse();
  }

  @Test
  void a_withdrawal_is_about_every_token_also_one_whose_notification_nobody_has_read_yet()
      throws Exception {
    String id = NotificationId.random().value();
    String scheduled = TestNode.token("news").hex();
    String unread = TestNode.token("mail").hex();
    receive(
        id, scheduled, Outcome.PENDING, new Step(StepName.SCHEDULED, 1_000L, "streams-1", null));
    assertThat(awaitTrace(node, id).statusCode()).isEqualTo(200);
    String again = TestNode.token("chat").hex();
    receive(id, again, Outcome.WITHDRAWN, new Step(StepName.WITHDRAWN, 1_000L, "streams-1", null));
    Notification notification =
        Notification.newBuilder()
            .setId(id)
            .setApp(TestNode.APP)
            .setPayload(ByteBuffer.wrap("{}".getBytes(StandardCharsets.UTF_8)))
            .setDeliverAt(System.currentTimeMillis() + 3_600_000)
            .build();
    for (String token : List.of(unread, again)) {
      cluster.append(
          LogTopics.NOTIFICATIONS, token.getBytes(StandardCharsets.US_ASCII), notification);
    }

    URI uri = URI.create("http://" + node.endpoint("http") + "/v1/notifications/" + id);
    try (HttpClient http = HttpClient.newHttpClient()) {
      // The same again withdraws the same: nothing reads the log here.
      HttpResponse<String> answer =
          await()
              .atMost(Duration.ofSeconds(30))
              .until(
                  () ->
                      http.send(
                          HttpRequest.newBuilder(uri).DELETE().build(), BodyHandlers.ofString()),
                  last -> last.statusCode() != 503);

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(json(answer).path("withdrawn").asInt()).isEqualTo(3);
      assertThat(json(answer).path("unchanged").asInt()).isZero();
    }
  }

  @Test
  void one_that_was_dropped_is_found_within_a_minute_and_one_with_a_receipt_is_not()
      throws Exception {
    String dropped = node.push("phone", "{}").headers().firstValue("apns-id").orElseThrow();
    String pending = node.push("phone", "{}").headers().firstValue("apns-id").orElseThrow();
    String token = TestNode.token("phone").hex();
    receive(pending, token, Outcome.PENDING, new Step(StepName.PARKED, 1_000L, "node-2", null));
    cluster.commitEnd(PROCESSOR, LogTopics.NOTIFICATIONS);
    cluster.commitEnd(DELIVERY, LogTopics.DELIVERIES);

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(missing()).contains(dropped));
    assertThat(missing()).doesNotContain(pending);
    assertThat(node.get("management", "/metrics").body())
        .containsPattern("tidings_ingest_audit_difference\\{[^}]*} [1-9]");

    receive(dropped, token, Outcome.EXPIRED, new Step(StepName.EXPIRED, 1_000L, "node-2", null));
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(missing()).doesNotContain(dropped));
  }

  /** The ids of all that the audit misses. */
  private static List<String> missing() throws Exception {
    HttpResponse<String> answer = node.get("http", "/v1/audit");
    assertThat(answer.statusCode()).isEqualTo(200);
    List<String> ids = new ArrayList<>();
    json(answer).path("notifications").forEach(each -> ids.add(each.path("id").asText()));
    return ids;
  }

  @Test
  void says_where_a_parked_notification_waits() throws Exception {
    String id = NotificationId.random().value();
    receive(id, Outcome.PENDING, new Step(StepName.PARKED, 1_700_000_000_001L, "node-2", null));

    JsonNode pending = json(awaitTrace(node, id));
    assertThat(pending.path("outcome").asText()).isEqualTo("pending");
    assertThat(pending.at("/location/inbox").asText()).isEqualTo("node-2");
  }

  @Test
  void a_receipt_nobody_can_read_is_said_to_be_one_and_hides_no_other() throws Exception {
    String spoiled = NotificationId.random().value();
    String id = NotificationId.random().value();
    cluster.appendBytes(
        LogTopics.RECEIPTS, spoiled.getBytes(StandardCharsets.UTF_8), new byte[] {9, 9});
    receive(id, Outcome.PENDING, new Step(StepName.PARKED, 1_700_000_000_001L, "node-2", null));

    assertThat(awaitTrace(node, id).statusCode()).isEqualTo(200);
    await().until(() -> trace(node, spoiled).statusCode() == 502);
    assertThat(json(trace(node, spoiled)).path("type").asText())
        .isEqualTo("urn:tidings:problem:unreadable-receipt");
  }

  @Test
  void a_node_that_was_killed_and_started_again_tells_traces_again(@TempDir Path dir)
      throws Exception {
    String id = NotificationId.random().value();
    try (Cluster own = new Cluster()) {
      Step step = new Step(StepName.CONFIRMED, 1_700_000_000_099L, "node-1", null);
      own.append(
          LogTopics.RECEIPTS,
          ReceiptKey.of(id, "token"),
          receipt(id, "token", Outcome.DELIVERED, step));
      Map<String, String> settings = TestNode.settings(own, dir.resolve("state"));
      String main = IngestApi.class.getName();
      try (ServiceProcess first = new ServiceProcess(main, dir.resolve("log"), settings)) {
        awaitTraced(first, id);
        first.kill();
        try (ServiceProcess second = new ServiceProcess(main, dir.resolve("log"), settings)) {
          awaitTraced(second, id);
        }
      }
    }
  }

  private static void awaitTraced(ServiceProcess process, String id) throws Exception {
    URI uri = URI.create("http://" + process.endpoint("http") + "/v1/notifications/" + id);
    try (HttpClient http = HttpClient.newHttpClient()) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() ->
              http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).statusCode()
                  == 200);
    }
  }

  @Test
  void says_that_an_id_is_unknown_or_no_id_at_all() throws Exception {
    String id = NotificationId.random().value();

    // The table may still be filling when this comes first; that is a 503, not a 404.
    HttpResponse<String> unknown = awaitTrace(node, id);
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(json(unknown).path("title").asText()).isEqualTo("Not Found");
    assertThat(json(unknown).at("/search/complete").asBoolean()).isTrue();

    HttpResponse<String> malformed = trace(node, "nonsense");
    assertThat(malformed.statusCode()).isEqualTo(400);
    assertThat(malformed.body()).contains("nonsense").contains("expected: a UUID");
  }

  /** They share a store, which both lock. */
  @Test
  void traces_that_are_read_while_receipts_come_stop_neither() throws Exception {
    String id = NotificationId.random().value();
    receive(id, Outcome.PENDING, new Step(StepName.PARKED, 1_700_000_000_001L, "node-2", null));
    assertThat(awaitTrace(node, id).statusCode()).isEqualTo(200);
    AtomicBoolean over = new AtomicBoolean();
    List<CompletableFuture<?>> readers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      readers.add(
          CompletableFuture.runAsync(
              () -> {
                while (!over.get()) {
                  try {
                    trace(node, id);
                  } catch (Exception e) {
                    // Too slow on this machine, perhaps: whether all end is looked at below.
                  }
                }
              },
              Thread::startVirtualThread));
    }
    String last = NotificationId.random().value();
    try {
      for (int i = 0; i < 300; i++) {
        String other = i == 299 ? last : NotificationId.random().value();
        Step confirmed = new Step(StepName.CONFIRMED, 1_700_000_000_002L, "node-2", null);
        receive(other, Outcome.DELIVERED, confirmed);
      }
      await().atMost(Duration.ofSeconds(60)).until(() -> trace(node, last).statusCode() == 200);
    } finally {
      over.set(true);
    }
    CompletableFuture.allOf(readers.toArray(CompletableFuture[]::new)).join();
  }

  /** As if a third node had accepted it: the part with its receipt is at one of these two. */
  @Test
  void a_request_that_another_node_has_accepted_is_answered_as_before_at_every_node()
      throws Exception {
    try (TestNode other = new TestNode(cluster, state.resolve("other"), Map.of())) {
      for (int i = 0; i < 6; i++) {
        // Of Apple's protocol, of which nothing is compared, or of another request.
        String why = i % 2 == 0 ? null : "request " + "f".repeat(32);
        // While a part is moved nothing is known of it; then another one is tried.
        await()
            .atMost(Duration.ofSeconds(60))
            .ignoreExceptions()
            .untilAsserted(() -> assertRepeated(NotificationId.random().value(), why, other));
      }
    }
  }

  private static void assertRepeated(String id, @Nullable String why, TestNode other)
      throws Exception {
    Instant accepted = Instant.now().truncatedTo(ChronoUnit.MILLIS).minusSeconds(60);
    String token = TestNode.token("phone").hex();
    receive(
        id,
        token,
        Outcome.PENDING,
        new Step(StepName.ACCEPTED, accepted.toEpochMilli(), "ingest-3", why),
        new Step(StepName.PARKED, 1_700_000_000_001L, "node-2", null));
    String body =
        "{\"target\":{\"token\":\"%s\"},\"app\":\"%s\",\"payload\":{},\"id\":\"%s\"}"
            .formatted(token, TestNode.APP, id);
    for (TestNode each : List.of(node, other)) {
      await().until(() -> trace(each, id).statusCode() == 200);
      HttpResponse<String> answer = each.post("application/json", body);
      assertThat(answer.statusCode()).isEqualTo(why == null ? 202 : 409);
      if (why == null) {
        assertThat(Instant.parse(json(answer).path("acceptedAt").asText())).isEqualTo(accepted);
      }
    }
  }

  @Test
  void says_when_the_search_was_cut_short() throws Exception {
    try (TestNode hasty =
        new TestNode(cluster, state.resolve("hasty"), Map.of("trace.search.records", "4"))) {
      for (int i = 0; i < 10; i++) {
        assertThat(node.push("phone", "{}").statusCode()).isEqualTo(200);
      }
      HttpResponse<String> unknown = awaitTrace(hasty, NotificationId.random().value());

      // Whichever node has the partition; both are asked here.
      assertThat(unknown.statusCode()).isEqualTo(404);
      assertThat(json(unknown).path("search").has("complete")).isTrue();
    }
  }

  @Test
  void two_nodes_each_know_the_others_traces_and_a_restart_loses_none() throws Exception {
    List<String> ids = Stream.generate(() -> NotificationId.random().value()).limit(8).toList();
    for (String id : ids) {
      receive(id, Outcome.EXPIRED, new Step(StepName.EXPIRED, 1_700_000_000_001L, "s-1", "late"));
    }
    try (TestNode other = new TestNode(cluster, state.resolve("b"))) {
      for (String id : ids) {
        assertThat(json(awaitTrace(other, id)).path("outcome").asText()).isEqualTo("expired");
        assertThat(json(awaitTrace(node, id)).path("outcome").asText()).isEqualTo("expired");
      }
    }
    try (TestNode again = new TestNode(cluster, state.resolve("b"))) {
      for (String id : ids) {
        assertThat(json(awaitTrace(again, id)).path("outcome").asText()).isEqualTo("expired");
      }
    }
  }

  /** The nodes ask one another within TLS. */
  @Test
  void who_asks_for_many_unknown_ids_starves_no_other_on_either_node() throws Exception {
    Map<String, String> patient =
        Map.of(
            "trace.search.timeout",
            "20s",
            "trace.forward.timeout",
            "30s",
            // Fewer than the greedy one asks for: all of them together would fit into a search.
            "trace.requests.per.address",
            "8");
    AtomicBoolean over = new AtomicBoolean();
    Set<Integer> refused = ConcurrentHashMap.newKeySet();
    PeerAuthority authority = new PeerAuthority(state.resolve("authority"));
    try (Cluster own = new Cluster();
        TestNode first =
            new TestNode(own, state.resolve("first"), with(patient, authority.settings("first")));
        TestNode second =
            new TestNode(
                own, state.resolve("second"), with(patient, authority.settings("second")));
        HttpClient greedy = client("127.0.0.2");
        HttpClient modest = client("127.0.0.3")) {
      // Both have their partitions.
      for (TestNode each : List.of(first, second)) {
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> {
              for (int i = 0; i < 12; i++) {
                if (trace(each, NotificationId.random().value()).statusCode() != 404) {
                  return false;
                }
              }
              return true;
            });
      }
      ListAppender<ILoggingEvent> lines = new ListAppender<>();
      Logger logger = (Logger) LoggerFactory.getLogger("dev.tidings");
      lines.start();
      logger.addAppender(lines);
      AtomicInteger asked = new AtomicInteger();
      List<CompletableFuture<?>> loops = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        loops.add(
            CompletableFuture.runAsync(
                () -> {
                  while (!over.get()) {
                    refused.add(askUnknown(greedy, first).statusCode());
                    asked.incrementAndGet();
                  }
                },
                Thread::startVirtualThread));
      }
      await().until(() -> refused.contains(429));
      try {
        for (int i = 0; i < 20; i++) {
          assertThat(askUnknown(modest, first).statusCode()).isEqualTo(404);
        }
        await().until(() -> asked.get() >= 100);
      } finally {
        over.set(true);
        logger.detachAppender(lines);
      }
      CompletableFuture.allOf(loops.toArray(CompletableFuture[]::new)).join();
      // What strangers ask for fills no log.
      assertThat(lines.list.stream().filter(line -> line.getLevel().isGreaterOrEqual(Level.INFO)))
          .hasSizeLessThan(10);
    }
  }

  @Test
  void curl_reads_receipts_as_they_come_over_both_versions_and_goes_on_behind_any_of_them()
      throws Exception {
    List<String> ids = Stream.generate(() -> NotificationId.random().value()).limit(4).toList();
    Step confirmed = new Step(StepName.CONFIRMED, 1_700_000_000_002L, "node-2", null);
    for (String version : List.of("--http1.1", "--http2-prior-knowledge")) {
      String position = streamed(version, "", 1, () -> {}, "event: position").getFirst();
      List<String> blocks =
          streamed(
              version,
              position,
              ids.size(),
              () -> {
                for (String id : ids) {
                  receive(id, Outcome.DELIVERED, confirmed);
                }
              },
              "event: confirmed");
      assertThat(blocks).hasSize(ids.size());
      for (int i = 0; i < ids.size() - 1; i++) {
        List<String> rest =
            streamed(version, blocks.get(i), ids.size() - 1 - i, () -> {}, "event: confirmed");
        assertThat(rest)
            .hasSize(ids.size() - 1 - i)
            .doesNotContainAnyElementsOf(blocks.subList(0, i + 1));
      }
      assertThat(blocks).allMatch(block -> ids.stream().anyMatch(block::contains));
    }
    for (String query : List.of("", "?app=a%20b", "?app=a&after=7", "?app=a&since=7")) {
      assertThat(node.get("http", "/v1/receipts" + query).statusCode()).as(query).isEqualTo(400);
    }
  }

  /** Something that happens while a stream is read. */
  @FunctionalInterface
  private interface Happening {
    void happen() throws Exception;
  }

  /**
   * Reads a stream from behind an event, until so many have come that begin with a line.
   *
   * @param last the event; empty to begin now
   * @param then happens once the stream is there
   */
  private static List<String> streamed(
      String version, String last, int count, Happening then, String line) throws Exception {
    Process curl =
        new ProcessBuilder(
                "curl",
                "-sN",
                version,
                "--max-time",
                "60",
                "-H",
                "Last-Event-ID: " + last.replaceAll("(?s).*\nid: ([^\n]*).*", "$1"),
                "http://" + node.endpoint("http") + "/v1/receipts?app=" + TestNode.APP)
            .redirectErrorStream(true)
            .start();
    try (BufferedReader in = curl.inputReader(StandardCharsets.UTF_8)) {
      List<String> found = new ArrayList<>();
      StringBuilder block = new StringBuilder();
      boolean begun = false;
      for (String read = in.readLine(); read != null; read = in.readLine()) {
        if (!begun) {
          begun = true;
          then.happen();
        }
        block.append(read).append('\n');
        if (read.isEmpty()) {
          if (block.indexOf(line + '\n') == 0) {
            found.add(block.toString());
          }
          block.setLength(0);
        }
        if (found.size() == count) {
          return found;
        }
      }
      throw new AssertionError("the stream has ended with " + found);
    } finally {
      curl.destroyForcibly().waitFor();
    }
  }

  private static Map<String, String> with(Map<String, String> some, Map<String, String> others) {
    Map<String, String> all = new HashMap<>(some);
    all.putAll(others);
    return all;
  }

  private static HttpClient client(String address) throws Exception {
    return HttpClient.newBuilder().localAddress(InetAddress.getByName(address)).build();
  }

  private static HttpResponse<String> askUnknown(HttpClient client, TestNode at) {
    String path = "/v1/notifications/" + NotificationId.random().value();
    try {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://" + at.endpoint("http") + path)).build(),
          BodyHandlers.ofString());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void receive(String id, Outcome outcome, Step... steps) throws Exception {
    receive(id, TestNode.token("phone").hex(), outcome, steps);
  }

  private static void receive(String id, String token, Outcome outcome, Step... steps)
      throws Exception {
    cluster.append(
        LogTopics.RECEIPTS, ReceiptKey.of(id, token), receipt(id, token, outcome, steps));
  }

  private static Receipt receipt(String id, String token, Outcome outcome, Step... steps) {
    return new Receipt(id, token, "phone-1", TestNode.APP, outcome, List.of(steps), null);
  }

  private static Delivery delivery(String id, Step step) {
    return new Delivery(
        id,
        TestNode.token("phone").hex(),
        TestNode.APP,
        ByteBuffer.wrap("{}".getBytes(StandardCharsets.UTF_8)),
        null,
        10,
        null,
        "alert",
        List.of(step),
        null,
        null);
  }

  private static HttpResponse<String> trace(TestNode at, String id) throws Exception {
    return at.get("http", "/v1/notifications/" + id);
  }

  /** Asks again as long as the answer is to ask again: while partitions move. */
  private static HttpResponse<String> awaitTrace(TestNode at, String id) {
    return await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> trace(at, id),
            answer -> {
              boolean settled = answer.statusCode() != 503;
              if (!settled) {
                assertThat(answer.headers().firstValue("retry-after")).isPresent();
              }
              return settled;
            });
  }

  private static JsonNode json(HttpResponse<String> answer) throws Exception {
    return JSON.readTree(answer.body());
  }
}
