package dev.tidings.ingest.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.http.BodyReader;
import dev.tidings.http.Problem;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.route.Router;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.testing.ApiKeys;
import dev.tidings.ingest.testing.Visitor;
import dev.tidings.schemas.question.DeviceAnswer;
import dev.tidings.schemas.question.DeviceQuestion;
import dev.tidings.schemas.question.DeviceQuestion.InboxPage;
import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.value.DeviceId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who is told what of a device.
 *
 * <p>Shows G170 of docs/guarantees.md.
 */
@Timeout(60)
class GetDeviceTest {
  private static final String MAIL = "com.example.mail";
  private static final String NEWS = "com.example.news";
  private static final Set<String> APPS = Set.of(MAIL, NEWS, "com.other.shop");
  private static final NodeSeal SEAL = new NodeSeal(TokenKeys.parse("1:" + "ab".repeat(32)));

  private final ApiKeys keys = new ApiKeys();
  private final List<DeviceQuestion> questions = new CopyOnWriteArrayList<>();
  private final DeviceNodes nodes =
      new DeviceNodes(() -> List.of("node:1884"), this::call, SEAL, 8, System::nanoTime);
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final DeviceDesk desk = new DeviceDesk(nodes, InstantSource.system(), metrics);
  private volatile DeviceAnswer answer = new DeviceAnswer.Found("{\"device\":\"phone\"}", null);
  private final GetDevice closed = get(true);
  private final GetDevice open = get(false);

  private GetDevice get(boolean gated) {
    return new GetDevice(
        desk,
        owner -> APPS.stream().filter(owner.apps()::contains).sorted().toList(),
        gated ? Optional.of(keys.gate()) : Optional.empty(),
        SendLimits.none());
  }

  private byte[] call(String node, byte[] question, Duration atMost) {
    questions.add(DeviceQuestion.read(question, SEAL, Instant.now()).orElseThrow());
    return answer.sealed(question, SEAL);
  }

  @AfterEach
  void close() {
    closed.close();
    open.close();
  }

  private static Response ask(GetDevice of, String path, @Nullable String secret) {
    Router.Builder routes = Router.builder(Problem.RESPONSES);
    of.operations().forEach(routes::add);
    List<Map.Entry<CharSequence, CharSequence>> fields =
        secret == null ? List.of() : List.of(Map.entry("authorization", "Bearer " + secret));
    Visitor visitor = new Visitor();
    int query = path.indexOf('?');
    assertThat(query).isNotZero();
    BodyReader body = routes.build().serve(Request.of("GET", path, fields), visitor);
    body.end();
    return visitor.response.orTimeout(30, TimeUnit.SECONDS).join();
  }

  private static int status(Response response) {
    return response.status().code();
  }

  private static String text(Response response) {
    return new String(response.body(), UTF_8);
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
  void a_provider_is_told_what_concerns_its_apps_and_no_others() {
    Response told = ask(closed, "/v1/devices/a%2Fb", keys.add("KEY0000001", "A", null));
    assertThat(status(told)).isEqualTo(200);
    assertThat(text(told)).isEqualTo("{\"device\":\"phone\"}");
    assertThat(questions.getFirst().device()).isEqualTo(new DeviceId("a/b"));
    assertThat(questions.getFirst().apps()).containsExactlyInAnyOrder(MAIL, NEWS);
    assertThat(questions.getFirst().page()).isNull();

    ask(closed, "/v1/devices/a", keys.add("KEY0000002", "A", List.of(MAIL, "com.other.shop")));
    assertThat(questions.getLast().apps()).containsExactly(MAIL);
  }

  @Test
  void without_a_credential_nobody_is_told_anything_unless_nobody_needs_one() {
    assertThat(status(ask(closed, "/v1/devices/phone", null))).isEqualTo(401);
    assertThat(status(ask(closed, "/v1/devices/phone/inbox", null))).isEqualTo(401);
    assertThat(questions).isEmpty();

    assertThat(status(ask(open, "/v1/devices/phone", null))).isEqualTo(200);
    assertThat(questions.getFirst().apps()).isNull();
  }

  @Test
  void a_device_that_has_nothing_of_the_team_is_as_one_that_does_not_exist() {
    answer = new DeviceAnswer.Unknown();
    Response told = ask(closed, "/v1/devices/phone", keys.add("KEY0000001", "A", null));
    assertThat(status(told)).isEqualTo(404);
    assertThat(text(told)).doesNotContain("phone").contains("none of yours");
    assertThat(status(ask(open, "/v1/devices/phone/inbox", null))).isEqualTo(404);
  }

  @Test
  void an_inbox_is_told_page_by_page() {
    answer = new DeviceAnswer.Found("{\"notifications\":[]}", 42L);
    Response told = ask(open, "/v1/devices/ph%20one/inbox?after=17&limit=5", null);
    assertThat(questions.getFirst().page()).isEqualTo(new InboxPage(17, 5));
    assertThat(text(told))
        .isEqualTo(
            "{\"notifications\":[],\"next\":\"/v1/devices/ph%20one/inbox?after=42&limit=5\"}");

    answer = new DeviceAnswer.Found("{\"notifications\":[]}", null);
    assertThat(text(ask(open, "/v1/devices/phone/inbox", null))).doesNotContain("next");
    assertThat(questions.getLast().page()).isEqualTo(new InboxPage(-1, 100));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/devices/%FF",
        "/v1/devices/phone/inbox?limit=501",
        "/v1/devices/phone/inbox?limit=0",
        "/v1/devices/phone/inbox?after=-1",
        "/v1/devices/phone/inbox?after=x",
        "/v1/devices/phone/inbox?limit=1&limit=2",
        "/v1/devices/phone/inbox?from=1",
      })
  void what_is_not_understood_is_refused(String path) {
    Response told = ask(open, path, null);
    assertThat(status(told)).isEqualTo(400);
    assertThat(field(told, "content-type")).isEqualTo("application/problem+json");
    assertThat(text(told)).contains("expected");
    assertThat(questions).isEmpty();
  }

  @Test
  void what_is_away_is_named_and_when_to_ask_again() {
    answer = new DeviceAnswer.NotNow("its partition moves");
    Response told = ask(open, "/v1/devices/phone", null);
    assertThat(status(told)).isEqualTo(503);
    assertThat(field(told, "retry-after")).isEqualTo("1");
    assertThat(text(told)).contains("delivery node node:1884: its partition moves");
    assertThat(metrics.get("tidings.ingest.devices.unanswered").counter().count()).isEqualTo(1);
  }

  @Test
  void a_team_with_more_apps_than_a_question_has_room_for_is_told_so() {
    List<String> many = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      many.add("com.example." + "x".repeat(100) + i);
    }
    assertThat(status(desk.device(new DeviceId("phone"), many))).isEqualTo(400);
    assertThat(questions).isEmpty();
  }
}
