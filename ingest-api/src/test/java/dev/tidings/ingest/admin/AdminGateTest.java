package dev.tidings.ingest.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.admin.AdministratorRole;
import dev.tidings.http.BodyReader;
import dev.tidings.ingest.admin.AdminDesk.Answer;
import dev.tidings.ingest.admin.request.ConsoleParts;
import dev.tidings.ingest.json.JsonAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in at the admin port. */
@Timeout(120)
class AdminGateTest {
  private static final String[] HOST = {"host", "127.0.0.1:8090"};

  private final AdminDesk desk = new AdminDesk();

  @AfterEach
  void close() {
    desk.close();
  }

  private Answer ask(String path, String... headers) {
    return desk.ask("GET", path, null, headers);
  }

  @Test
  void without_a_credential_nothing_is_told_whatever_is_asked_for() {
    List<String> answers = new ArrayList<>();
    for (String path :
        List.of("/openapi.json", "/v1/admin/teams", "/v1/admin/nothing", "/metrics")) {
      for (String method : List.of("GET", "POST", "DELETE", "BREW")) {
        Answer answer = new Answer(desk.ask(method, path, null, HOST).response(), false);
        assertThat(answer.field("www-authenticate")).isEqualTo("Bearer");
        answers.add(answer.status() + answer.text());
        desk.pass(Duration.ofSeconds(2));
      }
    }

    assertThat(answers).hasSize(16).containsOnly(answers.getFirst());
    assertThat(answers.getFirst()).startsWith("401").contains("expected: Authorization: Bearer");
    assertThat(desk.changes).isEmpty();
  }

  @Test
  void a_wrong_credential_and_an_unknown_one_get_the_same_answer() {
    Answer unknown =
        ask("/v1/admin/teams", "host", "localhost", "authorization", "Bearer tad_XXX4567890_x");
    Answer wrong =
        ask("/v1/admin/teams", "host", "localhost", "authorization", desk.bearer() + "x");

    assertThat(wrong.text()).isEqualTo(unknown.text());
    assertThat(wrong.status()).isEqualTo(401).isEqualTo(unknown.status());
    desk.complete = false;
    assertThat(
            ask("/v1/admin/teams", "host", "localhost", "authorization", desk.bearer() + "x")
                .status())
        .isEqualTo(503);
  }

  @Test
  void an_address_with_many_refusals_is_slowed_down_and_administrators_there_are_not() {
    Answer last = ask("/v1/admin/teams", HOST);
    for (int i = 0; i < 30; i++) {
      last = ask("/v1/admin/teams", HOST);
    }
    assertThat(last.status()).isEqualTo(429);
    assertThat(last.leaving()).isTrue();
    assertThat(last.field("retry-after")).isEqualTo("1");
    assertThat(last.field("ratelimit")).isEqualTo("\"refused-credentials\";r=0;t=1");
    assertThat(last.text()).contains("\"limit\":\"refused-credentials\"");

    assertThat(desk.get("/v1/admin/teams").status()).isEqualTo(200);
    desk.pass(Duration.ofMinutes(1));
    assertThat(ask("/v1/admin/teams", HOST).status()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "localhost:8090",
        "LOCALHOST:8090",
        "127.0.0.1",
        "[::1]:8090",
        "192.0.2.1:1",
        "admin.example.com",
        "Admin.Example.com:443"
      })
  void the_port_is_addressed_by_its_own_names(String host) {
    assertThat(ask("/v1/admin/teams", "host", host, "authorization", desk.bearer()).status())
        .isEqualTo(200);
    assertThat(ask("/v1/admin/teams", ":authority", host, "authorization", desk.bearer()).status())
        .isEqualTo(200);
  }

  /** A page whose name was pointed at this host says that name. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:8090",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "localhost:x",
        "[::1",
        "[::1]x",
        "",
        "localhost:80:80",
        "0x7f.1",
        "user@localhost"
      })
  void a_request_for_another_host_is_refused_with_a_good_credential_too(String host) {
    ask("/v1/admin/teams", "host", host, "authorization", desk.bearer())
        .names(421, "host", host, "admin.names");
    ask("/v1/admin/teams", "authorization", desk.bearer())
        .names(421, "host", "missing", "localhost");
    assertThat(
            ask(
                    "/v1/admin/teams",
                    ":authority",
                    "localhost",
                    "host",
                    host,
                    "authorization",
                    desk.bearer())
                .status())
        .isEqualTo(421);
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost:8090, 200",
    "HTTP://LOCALHOST:8090, 200",
    "https://localhost:8090, 403",
    "http://localhost:3000, 403",
    "http://evil.example, 403",
    "null, 403",
    "'', 403",
  })
  void a_page_of_others_is_refused(String origin, int status) {
    assertThat(
            ask(
                    "/v1/admin/teams",
                    "host",
                    "localhost:8090",
                    "origin",
                    origin,
                    "authorization",
                    desk.bearer())
                .status())
        .isEqualTo(status);
  }

  @Test
  void what_is_turned_away_is_counted() {
    ask("/v1/admin/teams", HOST);
    ask("/v1/admin/teams", "host", "evil.example");
    desk.get("/v1/admin/teams");
    desk.get("/v1/admin/teams/NOSUCHTEAM");

    assertThat(count("unauthenticated")).isEqualTo(2);
    assertThat(count("done")).isEqualTo(1);
    assertThat(count("refused")).isEqualTo(1);
  }

  private double count(String outcome) {
    return desk.metrics.counter("tidings.ingest.admin.requests", "outcome", outcome).count();
  }

  @Test
  void the_files_of_the_console_are_everybodys_under_a_host_of_ours() {
    ConsoleParts files =
        new ConsoleParts(
            (request, exchange) -> {
              exchange.respond(JsonAnswer.ok(out -> out.writeStringField("file", request.path())));
              return BodyReader.DROPPED;
            },
            List.of(),
            List.of(),
            List.of());
    try (AdminDesk other = new AdminDesk(files)) {
      for (String path : List.of("/", "/console", "/console/", "/console/assets/a-12345678.js")) {
        assertThat(other.ask("GET", path, null, HOST).json().get("file").asText()).isEqualTo(path);
        assertThat(other.ask("GET", path, null, "host", "evil.example.com").status())
            .isEqualTo(421);
      }
      assertThat(other.ask("GET", "/consoles", null, HOST).status()).isEqualTo(401);
    }
  }

  @Test
  void who_may_only_read_changes_nothing() {
    desk.role = AdministratorRole.READ;

    Answer refused = desk.post("/v1/admin/teams", "{\"name\":\"News\"}");

    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.text()).contains("role: read (expected: admin");
    assertThat(desk.ask("DELETE", "/v1/admin/devices/phone", (String) null).status())
        .isEqualTo(403);
    assertThat(desk.changes).isEmpty();
    assertThat(desk.get("/v1/admin/teams").status()).isEqualTo(200);
    assertThat(desk.get("/v1/admin/devices/phone").status()).isEqualTo(200);
  }

  @Test
  void an_administrator_is_made_for_reading_alone_if_so_wanted() {
    Answer made = desk.post("/v1/admin/administrators", "{\"name\":\"Anna\",\"role\":\"read\"}");

    assertThat(made.json().get("role").asText()).isEqualTo("read");
    assertThat(desk.changes.getLast()).endsWith("administrator create: name Anna, role read");
    desk.post("/v1/admin/administrators", "{\"name\":\"Anna\",\"role\":\"root\"}")
        .names(400, "role", "root", "admin or read");
    assertThat(
            desk.post("/v1/admin/administrators", "{\"name\":\"Bert\"}")
                .json()
                .get("role")
                .asText())
        .isEqualTo("admin");
  }
}
