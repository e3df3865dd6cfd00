package dev.tidings.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.control.credential.BearerSecret;
import dev.tidings.schemas.testing.Cluster;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The admin port as the operators' console uses it, where providers have to prove who they are. */
@Timeout(300)
class ConsoleIT {
  private static final BearerSecret ADMINISTRATOR = BearerSecret.ofAdministrator("ADM0000001");
  private static final ObjectMapper JSON = new ObjectMapper();

  private static Cluster cluster;
  private static TestNode node;
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @BeforeAll
  static void start(@TempDir Path dir) throws Exception {
    cluster = new Cluster();
    new ProviderTeam(cluster, "TEAM000001").addApp(TestNode.APP);
    Map<String, String> settings = new HashMap<>();
    settings.put("auth.providers", "keys");
    settings.put("auth.admin", "credentials");
    settings.put("admin.port", "0");
    settings.put(
        "auth.admin.credential",
        "ADM0000001:" + HexFormat.of().formatHex(ADMINISTRATOR.hash().array()));
    node = new TestNode(cluster, dir, settings);
    await().until(() -> node.get("management", "/health/ready").statusCode() == 200);
  }

  @AfterAll
  static void stop() throws Exception {
    HTTP.close();
    node.close();
    cluster.close();
  }

  private static HttpRequest request(String secret, String method, String path, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + node.endpoint("admin") + path))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .header("authorization", "Bearer " + secret);
    return body.isEmpty()
        ? request.build()
        : request.header("content-type", "application/json").build();
  }

  private static HttpResponse<String> ask(String secret, String method, String path, String body)
      throws Exception {
    return HTTP.send(request(secret, method, path, body), BodyHandlers.ofString());
  }

  private static JsonNode ask(String method, String path, String body, int status)
      throws Exception {
    HttpResponse<String> answer = ask(ADMINISTRATOR.reveal(), method, path, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return answer.body().isEmpty() ? JSON.missingNode() : JSON.readTree(answer.body());
  }

  @Test
  void who_signs_in_is_told_who_that_is_and_what_there_is() throws Exception {
    JsonNode session = ask("GET", "/v1/admin/session", "", 200);

    assertThat(session.get("id").asText()).isEqualTo("ADM0000001");
    assertThat(session.get("role").asText()).isEqualTo("admin");
    assertThat(session.get("installation").asText()).hasSizeGreaterThan(10);
    assertThat(session.get("process").asText()).isEqualTo("ingest-test");
    assertThat(session.get("providers").asText()).isEqualTo("keys");
    assertThat(session.get("providerUrl").asText()).isEqualTo("http://" + node.endpoint("http"));
    // There is no delivery node here.
    assertThat(session.get("devices").asText()).isEqualTo("unknown");
    assertThat(session.get("mqtt")).isEmpty();
  }

  @Test
  void an_administrator_sends_for_any_app_follows_it_and_the_audit_log_says_so() throws Exception {
    String body =
        "{\"target\":{\"token\":\"%s\"},\"app\":\"%s\",\"payload\":{\"aps\":{\"alert\":\"hush\"}}}"
            .formatted(TestNode.token("phone").hex(), TestNode.APP);
    // Providers have to prove who they are, and an administrator's credential is none of theirs.
    assertThat(node.post("application/json", body).statusCode()).isEqualTo(401);

    String id = ask("POST", "/v1/notifications", body, 202).get("id").asText();

    await()
        .untilAsserted(() ->
            assertThat(ask(ADMINISTRATOR.reveal(), "GET", "/v1/notifications/" + id, "").body())
                .contains("\"accepted\""));
    JsonNode lines = ask("GET", "/v1/admin/audit-log?limit=1", "", 200);
    JsonNode line = lines.get("entries").get(0);
    assertThat(line.get("who").asText()).isEqualTo("ADM0000001");
    assertThat(line.get("what").asText())
        .startsWith("operator post /v1/notifications, target token ")
        .contains("app " + TestNode.APP)
        .doesNotContain("hush");

    ask("POST", "/v1/admin/teams", "{\"name\":\"Shop\",\"id\":\"TEAM000009\"}", 201);
    JsonNode newer = ask("GET", "/v1/admin/audit-log?limit=1", "", 200);
    assertThat(newer.get("entries").get(0).get("entry").asText()).isEqualTo("team/TEAM000009");
    JsonNode older = ask("GET", newer.get("next").asText(), "", 200);
    assertThat(older.get("entries")).isEqualTo(lines.get("entries"));
  }

  @Test
  void a_token_is_told_genuine_of_its_app_alone() throws Exception {
    String token = TestNode.token("phone").hex();
    String question = "{\"token\":\"%s\",\"app\":\"%s\"}";

    JsonNode own =
        ask("POST", "/v1/admin/checks/token", question.formatted(token, TestNode.APP), 200);
    assertThat(own.get("result").asText()).isEqualTo("genuine");
    assertThat(own.get("revoked").asBoolean(true)).isFalse();
    assertThat(own.get("keyId").asInt()).isEqualTo(1);
    assertThat(
            ask("POST", "/v1/admin/checks/token", question.formatted(token, "com.example.x"), 200)
                .get("result")
                .asText())
        .isEqualTo("other-app");
    ask("POST", "/v1/admin/checks/token", question.formatted("abc", TestNode.APP), 400);
  }

  @Test
  void a_jwt_is_told_acceptable_or_why_not() throws Exception {
    String question = "{\"jwt\":\"%s\",\"kind\":\"%s\"}";

    JsonNode provider =
        ask("POST", "/v1/admin/checks/jwt", question.formatted("a.b", "provider"), 200);
    assertThat(provider.get("accepted").asBoolean(true)).isFalse();
    assertThat(provider.get("reason").asText()).contains("not a signed JWT");
    // {"alg":"ES256"} and {"iss":"https://id.example.com","sub":"phone","exp":4102444800}
    String unknown =
        "eyJhbGciOiJFUzI1NiJ9"
            + ".eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUuY29tIiwic3ViIjoicGhvbmUiLCJleHAiOjQxMDI0NDQ4MDB9"
            + ".c2ln";
    JsonNode device =
        ask("POST", "/v1/admin/checks/jwt", question.formatted(unknown, "device"), 200);
    assertThat(device.get("accepted").isNull()).isTrue();
    assertThat(device.get("reason").asText()).contains("no issuer that is entered");
    ask("POST", "/v1/admin/checks/jwt", question.formatted(unknown, "node"), 400);
  }

  @Test
  void of_a_webhook_that_another_process_serves_that_is_told() throws Exception {
    String body =
        "{\"app\":\"%s\",\"url\":\"https://hooks.example.com/x\"}".formatted(TestNode.APP);
    String id = ask("POST", "/v1/admin/webhooks", body, 201).get("id").asText();

    JsonNode told = ask("GET", "/v1/admin/webhooks/" + id + "/deliveries", "", 200);

    assertThat(told.get("servedHere").asBoolean(true)).isFalse();
    assertThat(told.get("enabled").asBoolean()).isTrue();
    assertThat(told.get("deliveries")).isEmpty();
    ask("GET", "/v1/admin/webhooks/AAAAAAAAAA/deliveries", "", 404);
  }

  @Test
  void who_looks_is_told_each_second_until_the_credential_is_revoked() throws Exception {
    JsonNode made =
        ask("POST", "/v1/admin/administrators", "{\"name\":\"Eve\",\"role\":\"read\"}", 201);
    String secret = made.get("secret").asText();
    assertThat(ask(secret, "POST", "/v1/admin/teams", "{\"name\":\"Mine\"}").statusCode())
        .isEqualTo(403);

    HttpResponse<InputStream> stream =
        HTTP.send(request(secret, "GET", "/v1/admin/events", ""), BodyHandlers.ofInputStream());
    assertThat(stream.statusCode()).isEqualTo(200);
    assertThat(stream.headers().firstValue("content-type")).contains("text/event-stream");
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
      JsonNode overview = next(lines, "event: overview");
      assertThat(overview.get("alarms").findValuesAsText("alarm")).contains("no-node");
      assertThat(overview.get("partitions").get(0).get("notificationsLag")).isNotNull();
      assertThat(next(lines, "event: overview").get("rates").get("accepted").isNumber()).isTrue();

      ask("DELETE", "/v1/admin/administrators/" + made.get("id").asText(), "", 204);
      JsonNode end = next(lines, "event: end");
      assertThat(end.get("status").asInt()).isEqualTo(401);
      // The empty line that ends the event, and nothing behind it.
      assertThat(lines.readLine()).isEmpty();
      assertThat(lines.readLine()).isNull();
    }
  }

  private static JsonNode next(BufferedReader lines, String event) throws Exception {
    String line = lines.readLine();
    while (!Objects.equals(line, event)) {
      assertThat(line).as("the stream has ended before " + event).isNotNull();
      line = lines.readLine();
    }
    while (!Objects.requireNonNull(line).startsWith("data: ")) {
      line = lines.readLine();
    }
    return JSON.readTree(line.substring("data: ".length()));
  }

  @Test
  void the_console_is_there_for_everybody_or_says_that_it_was_left_out() throws Exception {
    HttpResponse<String> root = node.get("admin", "/");
    assertThat(root.statusCode()).isEqualTo(302);
    assertThat(root.headers().firstValue("location")).contains("/console/");
    HttpResponse<String> page = node.get("admin", "/console/");
    assertThat(List.of(200, 404)).contains(page.statusCode());
    assertThat(page.body()).containsAnyOf("<html", "left out when this was built");
    assertThat(node.get("admin", "/v1/admin/session").statusCode()).isEqualTo(401);
  }
}
