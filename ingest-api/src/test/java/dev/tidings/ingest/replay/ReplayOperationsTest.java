package dev.tidings.ingest.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.http.BodyReader;
import dev.tidings.http.Problem;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.route.Router;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.testing.ApiKeys;
import dev.tidings.ingest.testing.Visitor;
import dev.tidings.schemas.avro.ReplayOrder;
import dev.tidings.schemas.avro.ReplayProgress;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Who may have what sent again, and how that is answered.
 *
 * <p>Shows G202 of docs/guarantees.md.
 */
@Timeout(60)
class ReplayOperationsTest {
  private static final String MAIL = "com.example.mail";
  private static final String NEWS = "com.example.news";
  private static final Set<String> APPS = Set.of(MAIL, NEWS, "com.other.shop");
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
  private static final String ALL = "{\"from\":\"2026-11-29T12:00:00Z\"}";
  private static final String SEND = "{\"from\":\"2026-11-29T12:00:00Z\",\"dryRun\":false}";

  private final InMemoryReplays log = new InMemoryReplays();
  private final ApiKeys keys = new ApiKeys();
  private final AtomicLong nanos = new AtomicLong(1);
  private final ReplayClerk clerk = clerk(new ReplayDesk.Limits(2, 3, 100, 500));

  private ReplayClerk clerk(ReplayDesk.Limits limits) {
    return new ReplayClerk(
        new ReplayDesk(log, limits, nanos::get),
        owner -> APPS.stream().filter(owner.apps()::contains).sorted().toList(),
        8,
        () -> NOW);
  }

  @AfterEach
  void close() {
    clerk.close();
  }

  private ReplayOperations operations(boolean gated) {
    return new ReplayOperations(
        clerk, gated ? Optional.of(keys.gate()) : Optional.empty(), SendLimits.none());
  }

  private Response ask(String method, String path, @Nullable String secret, String body) {
    Router.Builder routes = Router.builder(Problem.RESPONSES);
    operations(secret != null).operations().forEach(routes::add);
    List<Map.Entry<CharSequence, CharSequence>> fields = new ArrayList<>();
    if (secret != null) {
      fields.add(Map.entry("authorization", "Bearer " + secret));
    }
    fields.add(Map.entry("content-type", "application/json"));
    Visitor visitor = new Visitor();
    BodyReader reader = routes.build().serve(Request.of(method, path, fields), visitor);
    if (!body.isEmpty()) {
      reader.part(Unpooled.wrappedBuffer(body.getBytes(StandardCharsets.UTF_8)), false);
    }
    reader.end();
    return visitor.response.orTimeout(30, TimeUnit.SECONDS).join();
  }

  private Router routes() {
    Router.Builder routes = Router.builder(Problem.RESPONSES);
    operations(false).operations().forEach(routes::add);
    return routes.build();
  }

  private static Response answer(Visitor visitor) {
    return visitor.response.orTimeout(30, TimeUnit.SECONDS).join();
  }

  private static int status(Response response) {
    return response.status().code();
  }

  private static JsonNode json(Response response) {
    try {
      return new ObjectMapper().readTree(response.body());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static ReplayProgress done(long found) {
    return new ReplayProgress(9L, found, 1L, 0L, 1L, 2L, false, 1_000L, 2_000L, "completed");
  }

  @Test
  void it_is_a_dry_run_unless_said_otherwise_and_answered_with_what_it_would_send() {
    log.answer = done(3);

    Response answer = ask("POST", "/v1/devices/phone%20%C3%BC/replay", null, ALL);

    assertThat(status(answer)).isEqualTo(200);
    JsonNode json = json(answer);
    assertThat(json.get("count").asLong()).isEqualTo(3);
    assertThat(json.get("devices").asLong()).isEqualTo(1);
    assertThat(json.get("state").asText()).isEqualTo("completed");
    ReplayOrder order = log.orders.getFirst();
    assertThat(order.getDryRun()).isTrue();
    assertThat(order.getDevice()).isEqualTo("phone ü");
    assertThat(order.getApps()).isNull();
    assertThat(order.getUntil()).isEqualTo(NOW.toEpochMilli());
    assertThat(order.getRate()).isEqualTo(500);
    assertThat(order.getPartitions()).isEqualTo(1);
  }

  @Test
  void a_dry_run_that_takes_long_is_asked_for_later_and_sums_up_all_partitions() {
    Response answer = ask("POST", "/v1/apps/" + NEWS + "/replay", null, ALL);

    assertThat(status(answer)).isEqualTo(202);
    String id = json(answer).get("id").asText();
    for (int partition = 0; partition < 8; partition++) {
      log.progress(id, partition, done(2));
    }
    JsonNode json = json(ask("GET", "/v1/replays/" + id, null, ""));
    assertThat(json.get("count").asLong()).isEqualTo(16);
    assertThat(json.at("/partitions/ended").asInt()).isEqualTo(8);
    assertThat(json.get("endedAt").asText()).isEqualTo("1970-01-01T00:00:02Z");
  }

  @Test
  void a_real_one_is_followed_and_stopped_by_its_id() {
    Response answer = ask("POST", "/v1/apps/" + NEWS + "/replay", null, SEND);

    assertThat(status(answer)).isEqualTo(202);
    String id = json(answer).get("id").asText();
    assertThat(json(answer).get("state").asText()).isEqualTo("waiting");
    Response stopping = ask("DELETE", "/v1/replays/" + id, null, "");
    assertThat(status(stopping)).isEqualTo(202);
    assertThat(log.stopped).containsExactly(id);
    assertThat(json(ask("GET", "/v1/replays/" + id, null, "")).get("state").asText())
        .isEqualTo("stopping");
    for (int partition = 0; partition < 8; partition++) {
      log.progress(id, partition, done(0));
    }
    assertThat(status(ask("DELETE", "/v1/replays/" + id, null, ""))).isEqualTo(200);
    assertThat(log.stopped).hasSize(1);
  }

  /** 64 KiB is what is read of a body before the answer. */
  @ParameterizedTest
  @CsvSource({"GET, 1", "GET, 70000", "DELETE, 1", "DELETE, 70000"})
  void a_body_that_nobody_needs_says_nothing(String method, int bytes) {
    String id = json(ask("POST", "/v1/devices/phone/replay", null, SEND)).get("id").asText();

    Response answer = ask(method, "/v1/replays/" + id, null, "x".repeat(bytes));

    assertThat(status(answer)).isEqualTo(method.equals("GET") ? 200 : 202);
    assertThat(json(answer).get("id").asText()).isEqualTo(id);
    assertThat(status(ask(method, "/v1/replays/unknown", null, "x".repeat(bytes)))).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /v1/devices/phone/replay",
    "POST, /v1/apps/com.example.news/replay",
    "GET, /v1/replays/some",
    "DELETE, /v1/replays/some"
  })
  void what_comes_too_late_may_be_asked_again(String method, String path) {
    Visitor slow = new Visitor();
    routes()
        .serve(
            Request.of(method, path, List.of(Map.entry("content-type", "application/json"))), slow)
        .timedOut();

    Response answer = answer(slow);
    assertThat(status(answer)).isEqualTo(503);
    assertThat(json(answer).get("detail").asText()).isEqualTo("the request did not end");
  }

  @ParameterizedTest
  @CsvSource({"GET", "DELETE"})
  void whose_answer_takes_too_long_looks_before_it_asks_again(String method) {
    CompletableFuture<Void> reading = new CompletableFuture<>();
    log.reading = reading;
    Visitor waiting = new Visitor();
    BodyReader ended =
        routes().serve(Request.of(method, "/v1/replays/unknown", List.of()), waiting);
    ended.end();
    ended.timedOut();

    Response answer = answer(waiting);
    reading.complete(null);
    assertThat(status(answer)).isEqualTo(503);
    assertThat(json(answer).get("detail").asText())
        .isEqualTo("not known yet whether it is in the log: look before you ask again");
  }

  @Test
  void a_provider_has_only_what_belongs_to_its_apps_sent_again() {
    String team = keys.add("team", "A", null);
    String mail = keys.add("mail", "A", List.of(MAIL));

    assertThat(status(ask("POST", "/v1/devices/phone/replay", team, SEND))).isEqualTo(202);
    assertThat(log.orders.getLast().getApps()).containsExactly(MAIL, NEWS);
    assertThat(status(ask("POST", "/v1/devices/phone/replay", mail, SEND))).isEqualTo(202);
    assertThat(log.orders.getLast().getApps()).containsExactly(MAIL);
    assertThat(status(ask("POST", "/v1/apps/" + NEWS + "/replay", mail, SEND))).isEqualTo(403);
    assertThat(status(ask("POST", "/v1/apps/com.other.shop/replay", team, SEND))).isEqualTo(403);
    String other = "{\"from\":1,\"app\":\"com.other.shop\"}";
    assertThat(status(ask("POST", "/v1/devices/phone/replay", team, other))).isEqualTo(403);
    assertThat(log.orders).hasSize(2);
  }

  @Test
  void another_teams_replay_is_answered_as_one_that_does_not_exist() {
    String team = keys.add("team", "A", null);
    String mail = keys.add("mail", "A", List.of(MAIL));
    String other = keys.add("other", "B", null);
    String id = json(ask("POST", "/v1/devices/phone/replay", team, SEND)).get("id").asText();
    byte[] unknown = ask("GET", "/v1/replays/none", other, "").body();

    for (String secret : List.of(other, mail)) {
      Response hidden = ask("GET", "/v1/replays/" + id, secret, "");
      assertThat(status(hidden)).isEqualTo(404);
      assertThat(hidden.body()).isEqualTo(unknown);
      assertThat(status(ask("DELETE", "/v1/replays/" + id, secret, ""))).isEqualTo(404);
    }
    assertThat(log.stopped).isEmpty();
    assertThat(status(ask("GET", "/v1/replays/" + id, team, ""))).isEqualTo(200);
  }

  @Test
  void a_team_has_few_under_way_and_all_teams_together_not_many() {
    String team = keys.add("team", "A", null);
    String other = keys.add("other", "B", null);
    String path = "/v1/devices/phone/replay";
    ask("POST", path, team, SEND);
    ask("POST", path, team, SEND);

    Response refused = ask("POST", path, team, SEND);
    assertThat(status(refused)).isEqualTo(429);
    assertThat(json(refused).get("limit").asText()).isEqualTo("replays");
    assertThat(status(ask("POST", path, other, SEND))).isEqualTo(202);
    Response full = ask("POST", path, other, SEND);
    assertThat(json(full).get("limit").asText()).isEqualTo("replays-of-all");

    log.progress(log.ids.getFirst(), 0, done(0));
    assertThat(status(ask("POST", path, team, SEND))).isEqualTo(202);
  }

  @Test
  void so_many_a_minute_are_taken_and_no_more() {
    log.answer = done(0);
    for (int i = 0; i < 100; i++) {
      assertThat(status(ask("POST", "/v1/devices/phone/replay", null, ALL))).isEqualTo(200);
    }

    Response refused = ask("POST", "/v1/devices/phone/replay", null, ALL);

    assertThat(json(refused).get("limit").asText()).isEqualTo("replays-per-minute");
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    assertThat(status(ask("POST", "/v1/devices/phone/replay", null, ALL))).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                            | from: missing
          {"from":"yesterday"}                          | from: yesterday
          {"from":5,"to":5}                             | to: not after from
          {"from":"2026-12-01T00:00:00Z"}               | from: in the future
          {"from":1,"rate":0}                           | rate: 0
          {"from":1,"rate":501}                         | rate: 501
          {"from":1,"dryRun":"no"}                      | dryRun: no
          {"from":1,"dry":true}                         | dry: unknown
          [1]                                           | body: something else
          {"from":1}{                                   | body:
          {"from":1,"app":"com.example.mail"}           | app: com.example.mail
          """)
  void what_is_wrong_is_named_with_its_value_and_what_was_expected(String body, String detail) {
    Response answer = ask("POST", "/v1/apps/" + NEWS + "/replay", null, body);

    assertThat(status(answer)).isEqualTo(400);
    assertThat(json(answer).get("detail").asText()).startsWith(detail).contains("expected");
    assertThat(log.orders).isEmpty();
  }

  @Test
  void what_may_not_be_in_the_log_is_answered_with_503() {
    log.away = true;
    assertThat(status(ask("POST", "/v1/devices/phone/replay", null, SEND))).isEqualTo(503);
    log.away = false;
    log.known = false;
    assertThat(status(ask("POST", "/v1/devices/phone/replay", null, SEND))).isEqualTo(503);
    assertThat(status(ask("GET", "/v1/replays/none", null, ""))).isEqualTo(503);
  }
}
