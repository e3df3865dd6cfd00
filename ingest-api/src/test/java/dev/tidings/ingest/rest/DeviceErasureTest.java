package dev.tidings.ingest.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.http.BodyReader;
import dev.tidings.http.Problem;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.route.Operation;
import dev.tidings.http.route.Router;
import dev.tidings.ingest.erase.DeviceErasures;
import dev.tidings.ingest.erase.ErasureRequest;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.testing.ApiKeys;
import dev.tidings.ingest.testing.Visitor;
import dev.tidings.schemas.avro.Erasure;
import dev.tidings.schemas.avro.ErasureState;
import dev.tidings.schemas.avro.ErasureStep;
import dev.tidings.schemas.value.DeviceId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who may have what erased, and how that is answered. */
@Timeout(60)
class DeviceErasureTest {
  private static final String MAIL = "com.example.mail";
  private static final String NEWS = "com.example.news";
  private static final Set<String> APPS = Set.of(MAIL, NEWS, "com.other.shop");

  private final Log log = new Log();
  private final ApiKeys keys = new ApiKeys();
  private final AtomicLong nanos = new AtomicLong(1);
  private final DeviceErasure closed = erasure(true);
  private final DeviceErasure open = erasure(false);

  private DeviceErasure erasure(boolean gated) {
    return new DeviceErasure(
        log,
        owner -> APPS.stream().filter(owner.apps()::contains).sorted().toList(),
        gated ? Optional.of(keys.gate()) : Optional.empty(),
        SendLimits.none(),
        1,
        nanos::get);
  }

  @AfterEach
  void close() {
    closed.close();
    open.close();
  }

  /** The log of erasures. */
  private static final class Log implements DeviceErasures {
    final List<ErasureRequest> requests = new CopyOnWriteArrayList<>();
    final Map<String, Known> known = new ConcurrentHashMap<>();
    volatile boolean away;
    volatile boolean settled = true;

    @Override
    public String request(ErasureRequest request) {
      if (away) {
        throw new KafkaException("the broker is away");
      }
      requests.add(request);
      return "id-" + requests.size();
    }

    @Override
    public Optional<Known> find(String id) {
      return Optional.ofNullable(known.get(id));
    }

    @Override
    public boolean isSettled(String id) {
      return settled;
    }

    void has(String id, String team, List<String> apps) {
      known.put(
          id,
          new Known(
              id,
              new DeviceId("phone ü"),
              new Erasure(
                  1_000L,
                  team,
                  apps,
                  ErasureState.DONE,
                  List.of(),
                  List.of(new ErasureStep("notifications", 2_000L, "node-1", 5L)))));
    }
  }

  private static Response ask(
      DeviceErasure of, String method, String path, @Nullable String secret) {
    Router.Builder routes = Router.builder(Problem.RESPONSES);
    for (Operation operation : of.operations()) {
      routes.add(operation);
    }
    List<Map.Entry<CharSequence, CharSequence>> fields =
        secret == null ? List.of() : List.of(Map.entry("authorization", "Bearer " + secret));
    Visitor visitor = new Visitor();
    BodyReader body = routes.build().serve(Request.of(method, path, fields), visitor);
    body.end();
    return visitor.response.orTimeout(30, TimeUnit.SECONDS).join();
  }

  private static int status(Response response) {
    return response.status().code();
  }

  private static JsonNode json(Response response) {
    try {
      return new ObjectMapper().readTree(response.body());
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private static @Nullable String field(Response response, String name) {
    for (int i = 0; i < response.fields().length; i += 2) {
      if (response.fields()[i].contentEqualsIgnoreCase(name)) {
        return response.fields()[i + 1].toString();
      }
    }
    return null;
  }

  @Test
  void a_provider_has_the_data_of_its_apps_erased_and_of_no_others() {
    Response answer = ask(closed, "DELETE", "/v1/devices/a%2Fb", keys.add("KEY0000001", "A", null));

    assertThat(status(answer)).isEqualTo(202);
    assertThat(field(answer, "location")).isEqualTo("/v1/erasures/id-1");
    assertThat(json(answer).get("id").asText()).isEqualTo("id-1");
    assertThat(json(answer).get("state").asText()).isEqualTo("requested");
    ErasureRequest request = log.requests.getFirst();
    assertThat(request.device()).isEqualTo(new DeviceId("a/b"));
    assertThat(request.team()).isEqualTo("A");
    assertThat(request.apps()).containsExactly(MAIL, NEWS);
    assertThat(request.who()).contains("team A", "KEY0000001");
    assertThat(request.from()).isEqualTo("127.0.0.1");
  }

  @Test
  void a_key_for_one_app_erases_that_apps_alone() {
    ask(
        closed,
        "DELETE",
        "/v1/devices/phone",
        keys.add("KEY0000001", "A", List.of(MAIL, "com.other.shop")));
    assertThat(log.requests.getFirst().apps()).containsExactly(MAIL);
  }

  @Test
  void without_a_credential_nothing_is_erased_unless_nobody_needs_one() {
    assertThat(status(ask(closed, "DELETE", "/v1/devices/phone", null))).isEqualTo(401);
    assertThat(status(ask(closed, "GET", "/v1/erasures/id-1", null))).isEqualTo(401);
    assertThat(log.requests).isEmpty();

    assertThat(status(ask(open, "DELETE", "/v1/devices/phone", null))).isEqualTo(202);
    assertThat(log.requests.getFirst().apps()).isNull();
    assertThat(log.requests.getFirst().team()).isNull();
  }

  @Test
  void what_is_no_device_is_a_bad_request_and_a_log_that_takes_nothing_a_reason_to_ask_again() {
    Response bad = ask(open, "DELETE", "/v1/devices/%FF", null);
    assertThat(status(bad)).isEqualTo(400);
    assertThat(field(bad, "content-type")).isEqualTo("application/problem+json");

    log.away = true;
    Response later = ask(open, "DELETE", "/v1/devices/phone", null);
    assertThat(status(later)).isEqualTo(503);
    assertThat(field(later, "retry-after")).isEqualTo("1");
    assertThat(status(ask(open, "GET", "/v1/devices/phone", null))).isEqualTo(405);
  }

  @Test
  void a_teams_erasures_are_limited_and_another_teams_are_not() {
    String own = keys.add("KEY0000001", "A", null);
    for (int i = 0; i < 10; i++) {
      assertThat(status(ask(closed, "DELETE", "/v1/devices/phone", own))).isEqualTo(202);
    }
    Response refused = ask(closed, "DELETE", "/v1/devices/phone", own);
    assertThat(status(refused)).isEqualTo(429);
    assertThat(field(refused, "retry-after")).isEqualTo("1");
    assertThat(json(refused).get("limit").asText()).isEqualTo("erasures");
    assertThat(field(refused, "ratelimit")).isEqualTo("\"erasures\";r=0;t=1");
    assertThat(
            status(ask(closed, "DELETE", "/v1/devices/phone", keys.add("KEY0000002", "B", null))))
        .isEqualTo(202);

    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    assertThat(status(ask(closed, "DELETE", "/v1/devices/phone", own))).isEqualTo(202);
  }

  @Test
  void the_receipt_tells_when_it_was_done_and_what() {
    log.has("id-1", "A", List.of(MAIL));
    JsonNode receipt = json(ask(open, "GET", "/v1/erasures/id-1", null));
    assertThat(receipt.get("device").asText()).isEqualTo("phone ü");
    assertThat(receipt.get("apps").get(0).asText()).isEqualTo(MAIL);
    assertThat(receipt.get("state").asText()).isEqualTo("done");
    assertThat(receipt.get("requestedAt").asText()).isEqualTo("1970-01-01T00:00:01Z");
    assertThat(receipt.get("doneAt").asText()).isEqualTo("1970-01-01T00:00:02Z");
    JsonNode step = receipt.get("steps").get(0);
    assertThat(step.get("step").asText()).isEqualTo("notifications");
    assertThat(step.get("count").asInt()).isEqualTo(5);
    assertThat(step.get("where").asText()).isEqualTo("node-1");
  }

  @Test
  void another_teams_erasure_an_administrators_and_an_unknown_one_are_answered_alike() {
    log.has("own", "A", List.of(MAIL, NEWS));
    log.has("other", "B", List.of("com.other.shop"));
    log.has("admin", null, null);
    String teamWide = keys.add("KEY0000001", "A", null);
    String mailOnly = keys.add("KEY0000002", "A", List.of(MAIL));

    assertThat(status(ask(closed, "GET", "/v1/erasures/own", teamWide))).isEqualTo(200);
    Response unknown = ask(closed, "GET", "/v1/erasures/none", teamWide);
    assertThat(status(unknown)).isEqualTo(404);
    for (String id : List.of("other", "admin")) {
      Response hidden = ask(closed, "GET", "/v1/erasures/" + id, teamWide);
      assertThat(status(hidden)).isEqualTo(404);
      assertThat(hidden.body()).isEqualTo(unknown.body());
    }
    assertThat(status(ask(closed, "GET", "/v1/erasures/own", mailOnly))).isEqualTo(404);

    log.settled = false;
    Response notYet = ask(closed, "GET", "/v1/erasures/none", teamWide);
    assertThat(status(notYet)).isEqualTo(503);
    assertThat(field(notYet, "retry-after")).isEqualTo("1");
    assertThat(ask(closed, "GET", "/v1/erasures/other", teamWide).body()).isEqualTo(notYet.body());
  }
}
