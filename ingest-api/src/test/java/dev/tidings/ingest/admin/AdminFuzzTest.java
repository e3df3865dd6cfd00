package dev.tidings.ingest.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.ingest.admin.AdminDesk.Answer;
import dev.tidings.ingest.admin.request.AdminOperation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever an administrator sends is answered with what was expected, and changes nothing. */
@Timeout(240)
class AdminFuzzTest {
  private static final long SEED = Long.getLong("fuzz.seed", 1);
  private static final int CASES = 2_000;
  private static final List<String> SERVED = served();

  private final AdminDesk desk = new AdminDesk();
  private int before;

  @BeforeEach
  void prepare() {
    desk.post("/v1/admin/teams", "{\"name\":\"Press\",\"id\":\"TEAM567890\"}");
    desk.post("/v1/admin/apps", "{\"app\":\"a.b\",\"team\":\"TEAM567890\"}");
    before = desk.changes.size();
  }

  @AfterEach
  void close() {
    desk.close();
  }

  private static List<String> served() {
    try (AdminDesk desk = new AdminDesk()) {
      return AdminApi.operations(desk, desk, desk, () -> AdminDesk.NOW).stream()
          .filter(AdminOperation::hasBody)
          .map(each -> each.method() + " " + each.path())
          .toList();
    }
  }

  static Stream<String> withBody() {
    return SERVED.stream();
  }

  private Answer send(String operation, byte[] body) {
    String[] parts = operation.split(" ", 2);
    return desk.ask(
        parts[0],
        parts[1].replaceAll("\\{[a-z]+}", "NOSUCHKEY0"),
        body,
        "host",
        "localhost",
        "content-type",
        "application/json; charset=utf-8",
        "authorization",
        desk.bearer());
  }

  private void assertRefused(Answer answer, Object sent) {
    assertThat(answer.status()).as("%s: %s", sent, answer.text()).isBetween(400, 499);
    assertThat(answer.json().get("field").asText()).as(answer.text()).isNotEmpty();
    assertThat(answer.json().get("expected").asText()).isNotEmpty();
    assertThat(desk.changes).as(String.valueOf(sent)).hasSize(before);
  }

  @ParameterizedTest
  @MethodSource("withBody")
  void every_operation_refuses_what_is_no_object_of_its_members(String operation) {
    for (String body :
        List.of(
            "",
            " ",
            "{",
            "}",
            "{}x",
            "[]",
            "null",
            "true",
            "\"team\"",
            "1",
            "{\"name\":}",
            "{\"name\"}",
            "{'name':'x'}",
            "{\"name\":\"x\",}",
            "{\"name\":\"x\",\"name\":\"y\"}",
            "{\"apps\":null,\"apps\":null}",
            "{\"unknown\":1}",
            "{\"Name\":\"x\"}",
            "{\"\":\"x\"}",
            "{\"name\":\"\\u0000\"}",
            "{\"name\":NaN}",
            "{\"name\":1e999999}",
            "{\"notAfter\":\"yesterday\"}",
            "{\"notAfter\":\"+1000000000-12-31T23:59:59Z\"}",
            "{\"notAfter\":0}",
            "{\"overlapSeconds\":-1}",
            "{\"overlapSeconds\":1.5}",
            "{\"overlapSeconds\":\"1\"}",
            "{\"overlapSeconds\":99999999999999999999}",
            "{\"issuer\":\"a\",\"team\":\"TEAM567890\",\"keySet\":[]}",
            "{\"issuer\":\"a\",\"team\":\"TEAM567890\",\"keySet\":{\"keys\":[1.5]}}",
            "{\"issuer\":\"a\",\"team\":\"TEAM567890\",\"keysUrl\":{}}",
            "{\"perSecond\":1.5}",
            "{\"perSecond\":\"1\"}",
            "{\"perSecond\":99999999999999999999}",
            "{\"perSecond\":1,\"burstSeconds\":[]}",
            "{\"team\":[]}",
            "{\"team\":{\"team\":{}}}",
            "{\"apps\":[1]}",
            "{\"apps\":[null]}",
            "{\"apps\":{}}",
            "{\"apps\":\"a.b\"}",
            "{\"apps\":[],\"notAfter\":null}",
            "{\"a\":" + "[".repeat(2_000) + "]".repeat(2_000) + "}",
            "{\"name\":\"" + "x".repeat(70_000) + "\"}",
            "{\"name\":\"" + "x".repeat(101) + "\"}",
            "\uFEFF{}")) {
      assertRefused(send(operation, body.getBytes(StandardCharsets.UTF_8)), body);
    }
    assertRefused(send(operation, "{}".getBytes(StandardCharsets.UTF_16)), "UTF-16");
    assertRefused(send(operation, new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}), "0xff");
    assertRefused(send(operation, new byte[10 << 20]), "10 MiB");
  }

  @Test
  void the_values_of_a_team_an_app_and_a_key_are_checked() {
    for (String body :
        List.of(
            "{\"name\":\"\"}",
            "{\"name\":\" \"}",
            "{\"name\":\"a\\nb\"}",
            "{\"name\":\"\\ud800\"}",
            "{\"name\":7}",
            "{\"id\":\"ABCDEFGHIJ\"}",
            "{\"name\":\"x\",\"id\":\"abcdefghij\"}",
            "{\"name\":\"x\",\"id\":\"\"}",
            "{\"name\":\"x\",\"id\":\"ABCDEFGHI/\"}")) {
      assertRefused(desk.post("/v1/admin/teams", body), body);
    }
    for (String body :
        List.of(
            "{\"app\":\"a/b\",\"team\":\"TEAM567890\"}",
            "{\"app\":\"\",\"team\":\"TEAM567890\"}",
            "{\"app\":\"a.c\"}",
            "{\"app\":\"" + "a".repeat(201) + "\",\"team\":\"TEAM567890\"}")) {
      assertRefused(desk.post("/v1/admin/apps", body), body);
    }
    for (String body :
        List.of(
            "{\"team\":\"TEAM567890\",\"kid\":\"KEY4567890\"}",
            "{\"team\":\"TEAM567890\",\"publicKey\":\"x\"}",
            "{\"team\":\"TEAM567890\",\"publicKey\":\"-----BEGIN PUBLIC KEY-----\"}",
            "{\"team\":\"TEAM567890\",\"apps\":[]}",
            "{\"team\":\"TEAM567890\",\"apps\":[\"a.c\"]}",
            "{\"team\":\"TEAM567890\",\"apps\":[" + "\"a.b\",".repeat(400) + "\"a.b\"]}")) {
      assertRefused(desk.post("/v1/admin/keys", body), body);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "json",
        "",
        ";"
      })
  void what_does_not_say_that_it_is_json_is_refused(String type) {
    for (String operation :
        List.of("POST /v1/admin/teams", "PUT /v1/admin/limits/teams/TEAM567890")) {
      String[] parts = operation.split(" ", 2);
      Answer answer =
          desk.ask(
              parts[0],
              parts[1],
              "{\"name\":\"x\"}".getBytes(StandardCharsets.UTF_8),
              "host",
              "localhost",
              "content-type",
              type,
              "authorization",
              desk.bearer());

      answer.names(415, "content-type", type, "application/json");
    }
  }

  @Test
  void other_methods_and_other_paths_are_told_what_there_is() {
    for (String method : List.of("PUT", "TRACE", "CONNECT", "get", "BREW")) {
      Answer answer = desk.ask(method, "/v1/admin/teams", "{}");
      assertThat(answer.status()).isEqualTo(405);
      assertThat(answer.field("allow")).isEqualTo("GET, POST, HEAD, OPTIONS");
    }
    assertThat(desk.ask("OPTIONS", "/v1/admin/teams", "{}").status()).isEqualTo(204);
    for (String path :
        List.of(
            "/v1/admin/teams/",
            "/v1/admin/teams/a/b",
            "/v1/admin/",
            "//v1/admin/teams",
            "/v1/admin/../admin/teams",
            "/v1/admin/TEAMS",
            "*",
            "")) {
      assertThat(desk.get(path).status()).as(path).isEqualTo(404);
    }
    for (String name : List.of("..", "%2e%2e", "%00", "a%2fb", "x".repeat(5_000), "é", "\"<>")) {
      assertThat(desk.get("/v1/admin/teams/" + name).status()).as(name).isEqualTo(404);
      assertThat(desk.ask("DELETE", "/v1/admin/api-keys/" + name, null).status()).isEqualTo(404);
    }
  }

  @Test
  void a_good_request_with_a_few_bytes_changed_is_taken_or_refused_and_nothing_else() {
    List<String> good =
        List.of(
            "POST /v1/admin/teams {\"name\":\"Press\",\"id\":\"TEAM567891\"}",
            "POST /v1/admin/apps {\"app\":\"a.c\",\"team\":\"TEAM567890\"}",
            "POST /v1/admin/api-keys {\"team\":\"TEAM567890\",\"apps\":[\"a.b\"]}",
            "POST /v1/admin/issuers"
                + " {\"issuer\":\"a\",\"team\":\"TEAM567890\",\"keysUrl\":\"https://a.b\"}",
            "POST /v1/admin/administrators {\"name\":\"Eve\"}",
            "PATCH /v1/admin/api-keys/{id} {\"notAfter\":\"2026-12-31T00:00:00Z\"}",
            "PUT /v1/admin/limits/teams/TEAM567890 {\"perSecond\":100,\"burstSeconds\":2}",
            "POST /v1/admin/keys/{kid}/rotation {\"overlapSeconds\":60}");
    for (long seed = SEED; seed < SEED + CASES; seed++) {
      Random random = new Random(seed);
      String[] parts = good.get(random.nextInt(good.size())).split(" ", 3);
      byte[] body = parts[2].getBytes(StandardCharsets.UTF_8);
      for (int changes = random.nextInt(4); changes >= 0; changes--) {
        body[random.nextInt(body.length)] = (byte) random.nextInt(256);
      }
      Answer answer = send(parts[0] + " " + parts[1], body);
      assertThat(answer.status()).as("seed %d: %s", seed, answer.text()).isBetween(200, 499);
      if (answer.status() >= 400) {
        assertThat(answer.json().get("expected").asText()).as("seed %d", seed).isNotEmpty();
      }
    }
  }
}
