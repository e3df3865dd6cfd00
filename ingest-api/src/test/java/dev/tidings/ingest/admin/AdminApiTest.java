package dev.tidings.ingest.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.control.credential.P256;
import dev.tidings.control.credential.PrivateKeyPem;
import dev.tidings.control.credential.PublicKeyPem;
import dev.tidings.ingest.admin.AdminDesk.Answer;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What administrators can do over HTTP. */
@Timeout(120)
class AdminApiTest {
  private static final String TEAM = "TEAM567890";
  private static final String MAIL = "com.example.mail";
  private static final String NEWS = "com.example.news";

  private final AdminDesk desk = new AdminDesk();

  @AfterEach
  void close() {
    desk.close();
  }

  private void team() {
    assertThat(desk.post("/v1/admin/teams", "{\"name\":\"Press\",\"id\":\"TEAM567890\"}").status())
        .isEqualTo(201);
    app(MAIL);
    app(NEWS);
  }

  private void app(String app) {
    String body = "{\"app\":\"" + app + "\",\"team\":\"TEAM567890\"}";
    assertThat(desk.post("/v1/admin/apps", body).status()).isEqualTo(201);
  }

  private static Answer created(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    assertThat(answer.field("cache-control")).isEqualTo("no-store");
    return answer;
  }

  private static Answer ok(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer;
  }

  private void gone(String path) {
    assertThat(desk.ask("DELETE", path, null).status()).isEqualTo(204);
    assertThat(desk.get(path).status()).isEqualTo(404);
    assertThat(desk.ask("DELETE", path, null).status()).isEqualTo(404);
  }

  @Test
  void a_device_is_erased_as_a_whole_and_the_receipt_is_read() {
    Answer answer = desk.ask("DELETE", "/v1/admin/devices/phone%2F1", null);
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    String path = answer.field("location");
    assertThat(path).isEqualTo("/v1/admin/erasures/" + answer.json().get("id").asText());

    JsonNode read = ok(desk.get(path)).json();
    assertThat(read.get("device").asText()).isEqualTo("phone/1");
    assertThat(read.get("apps").isNull()).isTrue();
    assertThat(read.get("state").asText()).isEqualTo("requested");
    assertThat(read.has("doneAt")).isFalse();
    assertThat(desk.changes).containsExactly("ADM4567890 127.0.0.1 erases phone/1");

    desk.ask("DELETE", "/v1/admin/devices/%FF", null).names(400, "device", "%FF", "UTF-8");
    desk.get("/v1/admin/erasures/none").names(404, "id", "none", "the id of an erasure");
    Answer notYet = desk.get("/v1/admin/erasures/recent");
    assertThat(notYet.status()).isEqualTo(503);
    assertThat(notYet.field("retry-after")).isEqualTo("1");
  }

  @Test
  void a_team_is_created_listed_and_read() {
    Answer made = created(desk.post("/v1/admin/teams", "{\"name\":\"Post & Söhne\"}"));
    String id = made.json().get("id").asText();
    assertThat(id).matches("[A-Z0-9]{10}");
    assertThat(made.field("location")).isEqualTo("/v1/admin/teams/" + id);
    assertThat(made.json().get("created").asText()).isEqualTo("2026-03-01T12:00:00Z");

    JsonNode read = ok(desk.get("/v1/admin/teams/" + id)).json();
    assertThat(read.get("name").asText()).isEqualTo("Post & Söhne");
    assertThat(ok(desk.get("/v1/admin/teams")).json().get("teams")).containsExactly(read);
    desk.get("/v1/admin/teams/NOSUCHTEAM").names(404, "id", "NOSUCHTEAM", "the id of a team");
    desk.post("/v1/admin/teams", "{\"name\":\"x\",\"id\":\"" + id + "\"}")
        .names(409, "id", id, "an id that no team has yet");
  }

  @Test
  void an_app_belongs_to_one_team_and_the_same_again_changes_nothing() {
    team();
    created(desk.post("/v1/admin/teams", "{\"name\":\"Other\",\"id\":\"OTHER67890\"}"));
    int changes = desk.changes.size();

    Answer again =
        ok(desk.post("/v1/admin/apps", "{\"app\":\"" + MAIL + "\",\"team\":\"" + TEAM + "\"}"));
    assertThat(again.json()).isEqualTo(ok(desk.get("/v1/admin/apps/" + MAIL)).json());
    desk.post("/v1/admin/apps", "{\"app\":\"" + MAIL + "\",\"team\":\"OTHER67890\"}")
        .names(409, "app", MAIL, "an app that no other team has");
    desk.post("/v1/admin/apps", "{\"app\":\"a.b\",\"team\":\"NOSUCHTEAM\"}")
        .names(400, "team", "NOSUCHTEAM", "the id of a team");
    assertThat(desk.changes).hasSize(changes);
    assertThat(desk.get("/v1/admin/apps?team=" + TEAM).json().get("apps")).hasSize(2);
    assertThat(desk.get("/v1/admin/apps?team=OTHER67890").json().get("apps")).isEmpty();
    gone("/v1/admin/apps/" + MAIL);
  }

  @Test
  void an_api_key_is_shown_once_scoped_rotated_with_overlap_and_revoked() {
    team();
    Answer made = created(desk.post("/v1/admin/api-keys", "{\"team\":\"" + TEAM + "\"}"));
    String id = made.json().get("id").asText();
    String secret = made.json().get("secret").asText();
    assertThat(secret).matches("tid_" + id + "_[A-Za-z0-9_-]{43}");
    assertThat(made.json().get("apps").isNull()).isTrue();

    String path = "/v1/admin/api-keys/" + id;
    assertThat(ok(desk.get(path)).json().has("secret")).isFalse();
    assertThat(desk.get("/v1/admin/api-keys").text()).doesNotContain(secret, "hash");
    Answer scoped = ok(desk.ask("PATCH", path, "{\"apps\":[\"" + MAIL + "\"]}"));
    assertThat(scoped.json().get("apps").get(0).asText()).isEqualTo(MAIL);
    desk.ask("PATCH", path, "{\"apps\":[\"com.example.other\"]}")
        .names(400, "apps", "com.example.other", "apps of team TEAM567890");

    Answer next = created(desk.post(path + "/rotation", "{\"overlapSeconds\":3600}"));
    assertThat(next.json().get("id").asText()).isNotEqualTo(id);
    assertThat(next.json().get("apps").get(0).asText()).isEqualTo(MAIL);
    assertThat(next.json().get("secret").asText()).startsWith("tid_").isNotEqualTo(secret);
    assertThat(next.json().get("notAfter").isNull()).isTrue();
    assertThat(desk.get(path).json().get("notAfter").asText()).isEqualTo("2026-03-01T13:00:00Z");
    Answer later = ok(desk.ask("PATCH", path, "{\"notAfter\":\"2026-04-01T00:00:00+02:00\"}"));
    assertThat(later.json().get("notAfter").asText()).isEqualTo("2026-03-31T22:00:00Z");
    assertThat(ok(desk.ask("PATCH", path, "{\"notAfter\":null}")).json().get("notAfter").isNull())
        .isTrue();
    gone(path);
  }

  @Test
  void a_provider_key_is_made_or_registered_rotated_and_revoked() {
    team();
    Answer made =
        created(
            desk.post("/v1/admin/keys", "{\"team\":\"" + TEAM + "\",\"apps\":[\"" + NEWS + "\"]}"));
    String path = "/v1/admin/keys/" + made.json().get("kid").asText();
    assertThat(made.json().get("privateKey").asText()).startsWith("-----BEGIN PRIVATE KEY-----\n");
    assertThat(desk.get(path).text()).doesNotContain("privateKey", "PRIVATE KEY");

    String pem =
        PublicKeyPem.of(ByteBuffer.wrap(P256.newPair().getPublic().getEncoded()))
            .replace("\n", "\\n");
    String register =
        "{\"team\":\"" + TEAM + "\",\"kid\":\"KIDOFAPPLE\",\"publicKey\":\"" + pem + "\"}";
    Answer registered = created(desk.post("/v1/admin/keys", register));
    assertThat(registered.json().has("privateKey")).isFalse();
    assertThat(registered.json().get("publicKey").asText()).isEqualTo(pem.replace("\\n", "\n"));
    desk.post("/v1/admin/keys", register).names(409, "kid", "KIDOFAPPLE", "an id that no key has");

    Answer next = created(desk.post(path + "/rotation", "{\"overlapSeconds\":0}"));
    assertThat(next.json().get("privateKey").asText()).contains("PRIVATE KEY");
    assertThat(desk.get(path).json().get("notAfter").asText()).isEqualTo("2026-03-01T12:00:00Z");
    assertThat(desk.get("/v1/admin/keys?team=" + TEAM).json().get("keys")).hasSize(3);
    gone(path);
  }

  @Test
  void a_rotation_gives_no_key_more_time_than_it_had() {
    team();
    for (String kind : List.of("keys", "api-keys")) {
      JsonNode made = created(desk.post("/v1/admin/" + kind, "{\"team\":\"" + TEAM + "\"}")).json();
      String id = made.get(kind.equals("keys") ? "kid" : "id").asText();
      String path = "/v1/admin/" + kind + "/" + id;
      for (String end : List.of("2026-03-01T12:10:00Z", "2026-02-01T00:00:00Z")) {
        ok(desk.ask("PATCH", path, "{\"notAfter\":\"" + end + "\"}"));

        created(desk.post(path + "/rotation", "{\"overlapSeconds\":3600}"));

        assertThat(desk.get(path).json().get("notAfter").asText()).isEqualTo(end);
      }
    }
  }

  @Test
  void a_private_key_that_is_handed_in_is_not_repeated() {
    team();
    String pem = PrivateKeyPem.of(P256.newPair().getPrivate()).replace("\n", "\\n");
    Answer refused =
        desk.post("/v1/admin/keys", "{\"team\":\"" + TEAM + "\",\"publicKey\":\"" + pem + "\"}");

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text()).contains("private key").doesNotContain(pem.substring(30, 60));
  }

  @Test
  void administrators_make_one_another_and_revoke_them() {
    Answer made = created(desk.post("/v1/admin/administrators", "{\"name\":\"Adam\"}"));
    String id = made.json().get("id").asText();
    assertThat(made.json().get("secret").asText()).startsWith("tad_" + id + "_");
    String path = "/v1/admin/administrators/" + id;
    assertThat(desk.get(path).text()).doesNotContain("tad_");
    ok(desk.ask("PATCH", path, "{\"notAfter\":\"2027-01-01T00:00:00Z\"}"));
    desk.ask("PATCH", path, "{}").names(400, "notAfter", "missing", "a value, or null for none");
    gone(path);
  }

  @Test
  void limits_of_teams_and_apps_are_set_listed_replaced_and_removed() {
    team();
    String team = "/v1/admin/limits/teams/" + TEAM;
    String app = "/v1/admin/limits/apps/" + MAIL;
    int before = desk.changes.size();

    JsonNode ofTeam = ok(desk.ask("PUT", team, "{\"perSecond\":500,\"burstSeconds\":10}")).json();
    assertThat(ofTeam.toString())
        .isEqualTo("{\"team\":\"TEAM567890\",\"perSecond\":500,\"burstSeconds\":10}");
    assertThat(ok(desk.get(team)).json()).isEqualTo(ofTeam);
    JsonNode ofApp = ok(desk.ask("PUT", app, "{\"perSecond\":0}")).json();
    assertThat(ofApp.toString())
        .isEqualTo("{\"app\":\"com.example.mail\",\"perSecond\":0,\"burstSeconds\":1}");
    assertThat(ok(desk.get("/v1/admin/limits")).json().get("limits"))
        .containsExactly(ofApp, ofTeam);
    JsonNode first = ok(desk.get("/v1/admin/limits?limit=1")).json();
    assertThat(ok(desk.get(first.get("next").asText())).json().get("limits"))
        .containsExactly(ofTeam);
    ok(desk.ask("PUT", app, "{\"perSecond\":7}"));
    assertThat(ok(desk.get(app)).json().get("perSecond").asInt()).isEqualTo(7);
    gone(app);
    gone(team);

    assertThat(desk.changes.subList(before, desk.changes.size()))
        .containsExactly(
            "ADM4567890 127.0.0.1 limit set: 500 a second, 10 s at once",
            "ADM4567890 127.0.0.1 limit set: none",
            "ADM4567890 127.0.0.1 limit set: 7 a second, 1 s at once",
            "ADM4567890 127.0.0.1 limit remove: 7 a second, 1 s at once",
            "ADM4567890 127.0.0.1 limit remove: 500 a second, 10 s at once");
  }

  @Test
  void a_limit_is_within_bounds_and_of_a_team_or_an_app_that_is_there() {
    team();
    String path = "/v1/admin/limits/teams/" + TEAM;
    int before = desk.changes.size();
    desk.ask("PUT", path, "{}").names(400, "perSecond", "missing", "from 0 to 1000000");
    desk.ask("PUT", path, "{\"perSecond\":1000001}")
        .names(400, "perSecond", "1000001", "from 0 to 1000000");
    desk.ask("PUT", path, "{\"perSecond\":-1}").names(400, "perSecond", "-1", "from 0");
    desk.ask("PUT", path, "{\"perSecond\":1,\"burstSeconds\":0}")
        .names(400, "burstSeconds", "0", "from 1 to 3600");
    desk.ask("PUT", path, "{\"perSecond\":1,\"burstSeconds\":3601}")
        .names(400, "burstSeconds", "3601", "from 1 to 3600");
    desk.ask("PUT", "/v1/admin/limits/teams/NOSUCHTEAM", "{\"perSecond\":1}")
        .names(404, "id", "NOSUCHTEAM", "the id of a team");
    desk.ask("PUT", "/v1/admin/limits/apps/a.b", "{\"perSecond\":1}")
        .names(404, "app", "a.b", "an app that has been added");
    desk.ask("PUT", "/v1/admin/limits/apps/%20", "{\"perSecond\":1}")
        .names(404, "app", "%20", "an app that has been added");
    desk.get(path).names(404, "limit", "team/" + TEAM, "one that has been set");
    assertThat(desk.ask("POST", path, "{\"perSecond\":1}").status()).isEqualTo(405);
    assertThat(desk.changes).hasSize(before);
  }

  @Test
  void daily_caps_are_set_listed_replaced_and_removed() {
    team();
    String caps = "/v1/admin/daily-caps";
    String marketing = caps + "/" + MAIL + "/marketing";
    String none = caps + "/" + MAIL + "/none";
    int before = desk.changes.size();

    JsonNode cap =
        ok(desk.ask("PUT", marketing, "{\"perDay\":2,\"timeZone\":\"Asia/Shanghai\"}")).json();
    assertThat(cap.toString())
        .isEqualTo(
            "{\"app\":\"com.example.mail\",\"category\":\"marketing\",\"perDay\":2,"
                + "\"timeZone\":\"Asia/Shanghai\"}");
    assertThat(ok(desk.get(marketing)).json()).isEqualTo(cap);
    JsonNode ofNone = ok(desk.ask("PUT", none, "{\"perDay\":1000}")).json();
    assertThat(ofNone.get("timeZone").asText()).isEqualTo("UTC");
    assertThat(ok(desk.get(caps)).json().get("dailyCaps")).containsExactly(cap, ofNone);
    JsonNode first = ok(desk.get(caps + "?limit=1")).json();
    assertThat(ok(desk.get(first.get("next").asText())).json().get("dailyCaps"))
        .containsExactly(ofNone);
    assertThat(ok(desk.get("/v1/admin/limits")).json().get("limits")).isEmpty();
    gone(marketing);
    gone(none);

    assertThat(desk.changes.subList(before, desk.changes.size()))
        .containsExactly(
            "ADM4567890 127.0.0.1 limit set: 2 a day to each device, in Asia/Shanghai",
            "ADM4567890 127.0.0.1 limit set: 1000 a day to each device, in UTC",
            "ADM4567890 127.0.0.1 limit remove: 2 a day to each device, in Asia/Shanghai",
            "ADM4567890 127.0.0.1 limit remove: 1000 a day to each device, in UTC");
  }

  @Test
  void a_daily_cap_is_within_bounds_and_of_an_app_that_is_there() {
    team();
    String caps = "/v1/admin/daily-caps/";
    String path = caps + MAIL + "/marketing";
    int before = desk.changes.size();
    desk.ask("PUT", path, "{}").names(400, "perDay", "missing", "from 1 to 1000");
    desk.ask("PUT", path, "{\"perDay\":0}").names(400, "perDay", "0", "from 1 to 1000");
    desk.ask("PUT", path, "{\"perDay\":1001}").names(400, "perDay", "1001", "from 1 to 1000");
    desk.ask("PUT", path, "{\"perDay\":1,\"timeZone\":\"Mars/Olympus\"}")
        .names(400, "timeZone", "Mars/Olympus", "a time zone such as UTC");
    desk.ask("PUT", path, "{\"perDay\":1,\"timeZone\":\"" + "z".repeat(65) + "\"}")
        .names(400, "timeZone", "z".repeat(65), "a time zone such as UTC");
    desk.ask("PUT", path, "{\"perDay\":1,\"zone\":\"UTC\"}").names(400, "member", "zone", "perDay");
    desk.ask("PUT", caps + MAIL + "/Marketing", "{\"perDay\":1}")
        .names(400, "category", "Marketing", "1 to 64 of a-z");
    desk.ask("PUT", caps + MAIL + "/others", "{\"perDay\":1}")
        .names(400, "category", "others", "1 to 64 of a-z");
    desk.ask("PUT", caps + "a.b/marketing", "{\"perDay\":1}")
        .names(404, "app", "a.b", "an app that has been added");
    desk.get(path).names(404, "daily cap", MAIL + "/marketing", "one that has been set");
    assertThat(desk.changes).hasSize(before);

    for (int i = 0; i < 100; i++) {
      ok(desk.ask("PUT", caps + MAIL + "/c" + i, "{\"perDay\":1}"));
    }
    ok(desk.ask("PUT", caps + MAIL + "/c7", "{\"perDay\":2}"));
    desk.ask("PUT", path, "{\"perDay\":1}")
        .names(400, "category", "marketing", "at most 100 categories of an app");
  }

  private static String pem(String algorithm) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    return PublicKeyPem.of(ByteBuffer.wrap(generator.generateKeyPair().getPublic().getEncoded()))
        .replace("\n", "\\n");
  }

  private Answer issuer(String name, String members) {
    return desk.post(
        "/v1/admin/issuers",
        "{\"issuer\":\"" + name + "\",\"team\":\"" + TEAM + "\"," + members + "}");
  }

  @Test
  void an_issuer_is_entered_with_its_url_or_its_keys_listed_read_and_deleted() throws Exception {
    team();
    int before = desk.changes.size();
    Answer made =
        created(
            issuer(
                "https://id.example.com/a+b",
                "\"keysUrl\":\"https://id.example.com/jwks\",\"audience\":\"tidings\",\"apps\":[\""
                    + MAIL
                    + "\"]"));
    String path = made.field("location");
    assertThat(path).isEqualTo("/v1/admin/issuers/https%3A%2F%2Fid.example.com%2Fa%2Bb");
    assertThat(ok(desk.get(path)).json().toString())
        .isEqualTo(
            "{\"issuer\":\"https://id.example.com/a+b\",\"team\":\"TEAM567890\","
                + "\"keysUrl\":\"https://id.example.com/jwks\",\"keySet\":null,"
                + "\"audience\":\"tidings\",\"apps\":[\"com.example.mail\"],"
                + "\"created\":\"2026-03-01T12:00:00Z\"}");
    Answer kept = created(issuer("acme", "\"publicKey\":\"" + pem("Ed25519") + "\""));
    JsonNode key = kept.json().get("keySet").get("keys").get(0);
    assertThat(key.get("crv").asText()).isEqualTo("Ed25519");
    created(issuer("acme2", "\"keySet\":" + kept.json().get("keySet")));
    assertThat(desk.get("/v1/admin/issuers/acme2").json().get("keySet"))
        .isEqualTo(kept.json().get("keySet"));
    assertThat(desk.get("/v1/admin/issuers?team=" + TEAM).json().get("issuers")).hasSize(3);
    assertThat(desk.get("/v1/admin/issuers?team=NOSUCHTEAM").json().get("issuers")).isEmpty();
    issuer("acme", "\"keysUrl\":\"https://a.example\"")
        .names(409, "issuer", "acme", "one that has not been entered yet");
    gone(path);

    assertThat(desk.changes.subList(before, desk.changes.size()))
        .containsExactly(
            "ADM4567890 127.0.0.1 issuer create: team TEAM567890, apps com.example.mail, keys at"
                + " https://id.example.com/jwks",
            "ADM4567890 127.0.0.1 issuer create: team TEAM567890, apps all, keys kept",
            "ADM4567890 127.0.0.1 issuer create: team TEAM567890, apps all, keys kept",
            "ADM4567890 127.0.0.1 issuer delete: team TEAM567890, apps com.example.mail");
  }

  @Test
  void what_an_issuer_is_entered_with_is_checked_and_a_private_key_is_not_repeated()
      throws Exception {
    team();
    int before = desk.changes.size();
    String url = "\"keysUrl\":\"https://a.example/\"";
    issuer("a b", url).names(400, "issuer", "a b", "printable ASCII");
    issuer("acme", "\"apps\":null").names(400, "member", "missing", "keysUrl, keySet, publicKey");
    issuer("acme", url + ",\"keySet\":{}").names(400, "member", "2 of these", "one of keysUrl");
    issuer("acme", url + ",\"apps\":[\"a.b\"]").names(400, "apps", "a.b", "apps of team");
    issuer("acme", url + ",\"audience\":\"\"").names(400, "audience", "", "1 to 200 characters");
    for (String bad :
        List.of(
            "ftp://a.example/",
            "file:///etc/passwd",
            "https://u:p@a.example/",
            "https://a.example/#f",
            "https:///jwks",
            "a.example",
            "https://a.example/" + "x".repeat(1_000))) {
      assertThat(issuer("acme", "\"keysUrl\":\"" + bad + "\"").json().get("field").asText())
          .as(bad)
          .isEqualTo("keysUrl");
    }
    assertThat(issuer("acme", "\"keySet\":{\"keys\":[]}").status()).isEqualTo(400);
    assertThat(issuer("acme", "\"publicKey\":\"" + pem("X25519") + "\"").status()).isEqualTo(400);
    String secret = PrivateKeyPem.of(P256.newPair().getPrivate()).replace("\n", "\\n");
    Answer refused = issuer("acme", "\"publicKey\":\"" + secret + "\"");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text()).contains("private key").doesNotContain(secret.substring(30, 60));
    Answer alsoRefused =
        issuer("acme", "\"keySet\":{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0LXNlY3JldA\"}]}");
    assertThat(alsoRefused.status()).isEqualTo(400);
    assertThat(alsoRefused.text()).doesNotContain("c2VjcmV0");
    desk.get("/v1/admin/issuers/%zz").names(400, "issuer", "%zz", "percent-encoded");
    assertThat(desk.changes).hasSize(before);
  }

  @Test
  void each_change_is_noted_with_the_credentials_id_and_the_address_and_without_secrets() {
    team();
    String secret =
        desk.post("/v1/admin/api-keys", "{\"team\":\"" + TEAM + "\"}")
            .json()
            .get("secret")
            .asText();

    assertThat(desk.changes)
        .containsExactly(
            "ADM4567890 127.0.0.1 team create: name Press",
            "ADM4567890 127.0.0.1 app add: team TEAM567890",
            "ADM4567890 127.0.0.1 app add: team TEAM567890",
            "ADM4567890 127.0.0.1 api-key create: team TEAM567890, apps all");
    assertThat(desk.changes.toString()).doesNotContain(secret);
  }

  @Test
  void a_list_comes_in_pages() {
    team();
    app("com.example.third");
    JsonNode first = ok(desk.get("/v1/admin/apps?limit=2&team=" + TEAM)).json();
    assertThat(first.get("apps"))
        .extracting(each -> each.get("app").asText())
        .containsExactly(MAIL, NEWS);
    JsonNode second = ok(desk.get(first.get("next").asText())).json();
    assertThat(second.get("apps"))
        .extracting(each -> each.get("app").asText())
        .containsExactly("com.example.third");
    assertThat(second.has("next")).isFalse();

    desk.get("/v1/admin/apps?limit=0").names(400, "limit", "0", "from 1 to 1000");
    desk.get("/v1/admin/apps?limit=x").names(400, "limit", "x", "from 1 to 1000");
    desk.get("/v1/admin/apps?limit=1&limit=2").names(400, "limit", "2 values", "one");
    desk.get("/v1/admin/teams?team=x").names(400, "query", "team", "one of after, limit");
    assertThat(desk.get("/v1/admin/apps?team=%zz").status()).isEqualTo(400);
  }

  @Test
  void while_the_log_is_away_or_not_read_nothing_is_said_to_be_done() {
    desk.away = true;
    Answer answer = desk.post("/v1/admin/teams", "{\"name\":\"Press\"}");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.field("retry-after")).isEqualTo("1");
    assertThat(answer.json().get("detail").asText()).contains("look before you try again");
    assertThat(desk.get("/v1/admin/teams").status()).isEqualTo(503);
    assertThat(desk.metrics.counter("tidings.ingest.admin.requests", "outcome", "failed").count())
        .isEqualTo(2);
  }
}
