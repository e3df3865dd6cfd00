package dev.tidings.ingest.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.ingest.admin.AdminDesk.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebhookOperationsTest {
  private static final String PATH = "/v1/admin/webhooks";
  private static final String NEW =
      "{\"app\":\"com.example.news\",\"url\":\"https://hooks.example.com/a?key=secret\"}";

  private final AdminDesk desk = new AdminDesk();

  @BeforeEach
  void there_is_an_app() {
    assertThat(desk.post("/v1/admin/teams", "{\"name\":\"Press\",\"id\":\"PRESS67890\"}").status())
        .isEqualTo(201);
    assertThat(
            desk.post("/v1/admin/apps", "{\"app\":\"com.example.news\",\"team\":\"PRESS67890\"}")
                .status())
        .isEqualTo(201);
  }

  @AfterEach
  void close() {
    desk.close();
  }

  private String create() {
    Answer made = desk.post(PATH, NEW);
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return made.json().get("id").asText();
  }

  @Test
  void its_secret_is_in_the_answer_and_nowhere_else() {
    Answer made = desk.post(PATH, NEW);

    String id = made.json().get("id").asText();
    String secret = made.json().get("secret").asText();
    assertThat(secret).matches("whsec_[A-Za-z0-9+/]{43}=");
    assertThat(made.field("location")).isEqualTo(PATH + "/" + id);
    Answer read = desk.get(PATH + "/" + id);
    assertThat(read.text()).doesNotContain("secret\":", secret.substring(6));
    assertThat(read.json().get("team").asText()).isEqualTo("PRESS67890");
    assertThat(read.json().get("maxEvents").asInt()).isEqualTo(100);
    assertThat(read.json().get("enabled").asBoolean()).isTrue();
    assertThat(read.json().get("disabledSince").isNull()).isTrue();
    assertThat(desk.get(PATH + "?team=PRESS67890").json().get("webhooks").get(0))
        .isEqualTo(read.json());
    assertThat(desk.changes).last().asString().doesNotContain("key=secret", secret);
  }

  @Test
  void it_is_switched_off_and_on_and_sent_elsewhere() {
    String path = PATH + "/" + create();

    JsonNode off = desk.ask("PATCH", path, "{\"enabled\":false}").json();
    assertThat(off.get("enabled").asBoolean()).isFalse();
    assertThat(off.get("disabledSince").asText()).isEqualTo(AdminDesk.NOW.toString());
    assertThat(off.get("disabledWhy").asText()).isEqualTo("switched off by an administrator");

    JsonNode on =
        desk.ask(
                "PATCH",
                path,
                "{\"url\":\"https://other.example.com/\",\"maxEvents\":1,\"enabled\":true}")
            .json();
    assertThat(on.get("url").asText()).isEqualTo("https://other.example.com/");
    assertThat(on.get("maxEvents").asInt()).isEqualTo(1);
    assertThat(on.get("disabledWhy").isNull()).isTrue();
  }

  @Test
  void it_gets_another_secret_and_ends() {
    String path = PATH + "/" + create();

    Answer rotated = desk.post(path + "/rotation", "{\"overlapSeconds\":60}");
    assertThat(rotated.status()).isEqualTo(201);
    assertThat(rotated.json().get("previousUntil").asText())
        .isEqualTo(AdminDesk.NOW.plusSeconds(60).toString());
    assertThat(rotated.json().get("secret").asText()).startsWith("whsec_");

    assertThat(desk.ask("DELETE", path, (String) null).status()).isEqualTo(204);
    assertThat(desk.get(path).status()).isEqualTo(404);
  }

  @Test
  void what_does_not_fit_is_refused_by_its_name() {
    String path = PATH + "/" + create();

    desk.post(PATH, "{\"app\":\"com.example.news\",\"url\":\"ftp://example.com/\"}")
        .names(400, "url", "ftp://example.com/", "https or http");
    desk.post(PATH, "{\"app\":\"com.example.mail\",\"url\":\"https://example.com/\"}")
        .names(404, "app", "com.example.mail", "an app that has been added");
    desk.ask("PATCH", path, "{}").names(400, "member", "missing", "one of url");
    desk.ask("PATCH", path, "{\"enabled\":\"yes\"}")
        .names(400, "enabled", "a string of 3 characters", "true");
    desk.post(path + "/rotation", "{\"overlapSeconds\":2592001}")
        .names(400, "overlapSeconds", "2592001", "from 0 to 2592000");
  }
}
