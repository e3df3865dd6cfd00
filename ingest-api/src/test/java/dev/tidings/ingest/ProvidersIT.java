package dev.tidings.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.ApnsClientBuilder;
import com.eatthepath.pushy.apns.PushNotificationResponse;
import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import dev.tidings.control.ControlKind;
import dev.tidings.control.credential.BearerSecret;
import dev.tidings.schemas.avro.AuditEntry;
import dev.tidings.schemas.avro.Broadcast;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.testing.Cluster;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.token.TokenMint;
import dev.tidings.schemas.topic.BroadcastKey;
import dev.tidings.schemas.topic.BroadcastKey.Kind;
import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.NotificationId;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The service with providers that have to prove who they are, as they see it.
 *
 * <p>Shows G4 and G94 of docs/guarantees.md.
 */
@Timeout(240)
class ProvidersIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String MAIL = "com.example.mail";
  private static final String KEY = "KEY0000001";
  private static final BearerSecret ADMINISTRATOR = BearerSecret.ofAdministrator("ADM0000001");

  private static ProviderAuthority authority;
  private static X509Bundle revoked;
  private static Map<String, String> closed;
  private static Path state;
  private static Cluster cluster;
  private static ProviderTeam press;
  private static ProviderTeam post;
  private static KeyPair pair;
  private static TestNode node;

  @BeforeAll
  static void start(@TempDir Path dir) throws Exception {
    state = dir;
    cluster = new Cluster();
    press = new ProviderTeam(cluster, "TEAM000001");
    post = new ProviderTeam(cluster, "TEAM000002");
    press.addApp(TestNode.APP);
    post.addApp(MAIL);
    pair = press.addKey(KEY);
    authority = new ProviderAuthority(dir.resolve("authority"));
    revoked = authority.issue(ProviderAuthority.certificate("UID=" + TestNode.APP));
    closed = authority.settings(revoked);
    Map<String, String> administered = new HashMap<>(closed);
    administered.put("auth.admin", "credentials");
    administered.put("admin.port", "0");
    administered.put(
        "auth.admin.credential",
        "ADM0000001:" + HexFormat.of().formatHex(ADMINISTRATOR.hash().array()));
    node = new TestNode(cluster, dir.resolve("a"), administered);
    await()
        .atMost(PATIENCE)
        .until(() -> node.get("management", "/health/ready").statusCode() == 200);
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
    cluster.close();
  }

  private static long now() {
    return Instant.now().getEpochSecond();
  }

  private static String bearer(long issuedAt) throws Exception {
    return "bearer " + press.token(pair, KEY, issuedAt);
  }

  /** One connection of a provider. */
  private record Provider(HttpClient http) implements AutoCloseable {
    Provider() {
      this(HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build());
    }

    HttpResponse<String> push(String token, String... headers) throws Exception {
      return http.send(
          HttpRequest.newBuilder(URI.create("http://" + node.endpoint("http") + token))
              .POST(BodyPublishers.ofString("{}"))
              .headers(headers)
              .build(),
          BodyHandlers.ofString());
    }

    String reason(String authorization) throws Exception {
      HttpResponse<String> answer =
          push(path(TestNode.APP), "apns-topic", TestNode.APP, "authorization", authorization);
      assertThat(answer.headers().firstValue("apns-id")).isPresent();
      return answer.statusCode() + " " + answer.body();
    }

    @Override
    public void close() {
      http.close();
    }
  }

  private static String path(String app) {
    TokenMint mint = new TokenMint(TokenKeys.parse("1:000102030405060708090a0b0c0d0e0f"));
    return "/3/device/" + mint.mint(new DeviceId("phone"), new AppId(app), 0).hex();
  }

  private static HttpResponse<String> administrator(String method, String path, String body)
      throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(URI.create("http://" + node.endpoint("admin") + path))
              .method(method, BodyPublishers.ofString(body))
              .headers(
                  "authorization",
                  "Bearer " + ADMINISTRATOR.reveal(),
                  "content-type",
                  "application/json")
              .build(),
          BodyHandlers.ofString());
    }
  }

  @Test
  void an_administrator_makes_a_key_over_http_that_counts_until_it_is_revoked_there()
      throws Exception {
    assertThat(node.get("admin", "/v1/admin/teams").statusCode()).isEqualTo(401);
    HttpResponse<String> team =
        administrator("POST", "/v1/admin/teams", "{\"name\":\"Shop\",\"id\":\"TEAM000003\"}");
    assertThat(team.statusCode()).as(team::body).isEqualTo(201);
    String app = "{\"app\":\"com.example.shop\",\"team\":\"TEAM000003\"}";
    assertThat(administrator("POST", "/v1/admin/apps", app).statusCode()).isEqualTo(201);
    HttpResponse<String> made =
        administrator("POST", "/v1/admin/api-keys", "{\"team\":\"TEAM000003\"}");
    assertThat(made.statusCode()).as(made::body).isEqualTo(201);
    String secret = made.body().replaceAll(".*\"secret\":\"([^\"]+)\".*", "$1");
    String trace = "/v1/notifications/00000000-0000-0000-0000-000000000001";

    await().atMost(PATIENCE).until(() -> status(trace, secret) == 404);
    HttpResponse<String> revoked =
        administrator("DELETE", made.headers().firstValue("location").orElseThrow(), "");
    assertThat(revoked.statusCode()).isEqualTo(204);
    await().atMost(PATIENCE).until(() -> status(trace, secret) == 401);

    List<AuditEntry> lines =
        cluster.read(LogTopics.AUDIT).stream()
            .map(record -> cluster.decode(AuditEntry.class, record.value()))
            .filter(line -> !line.getEntry().startsWith("erasure/"))
            .toList();
    assertThat(lines)
        .extracting(AuditEntry::getWhat)
        .containsExactly(
            "team create: name Shop",
            "app add: team TEAM000003",
            "api-key create: team TEAM000003, apps all",
            "api-key revoke: team TEAM000003, apps all");
    assertThat(lines).extracting(AuditEntry::getWho).containsOnly("ADM0000001");
    assertThat(lines.toString()).doesNotContain(secret);
  }

  @Test
  void a_provider_has_its_apps_data_of_a_device_erased_and_that_is_noted_first() throws Exception {
    await()
        .atMost(PATIENCE)
        .until(() -> rest("GET", "/v1/erasures/none", bearer(now())).statusCode() == 404);
    HttpResponse<String> answer = rest("DELETE", "/v1/devices/phone%2D9", bearer(now()));
    assertThat(answer.statusCode()).as(answer::body).isEqualTo(202);
    String path = answer.headers().firstValue("location").orElseThrow();
    String id = path.substring(path.lastIndexOf('/') + 1);

    HttpResponse<String> receipt = rest("GET", path, bearer(now()));
    assertThat(receipt.statusCode()).isEqualTo(200);
    assertThat(receipt.body()).contains("\"state\":\"requested\"", TestNode.APP);
    assertThat(administrator("GET", "/v1/admin/erasures/" + id, "").body())
        .isEqualTo(receipt.body());
    assertThat(
            cluster.read(LogTopics.AUDIT).stream()
                .map(record -> cluster.decode(AuditEntry.class, record.value()))
                .filter(line -> line.getEntry().equals("erasure/" + id)))
        .singleElement()
        .satisfies(line -> {
          assertThat(line.getWhat()).isEqualTo("device erase phone-9 apps " + TestNode.APP);
          assertThat(line.getWho()).contains("team TEAM000001", KEY);
          assertThat(line.getFrom()).isEqualTo("127.0.0.1");
        });
    assertThat(
            cluster.read(LogTopics.ERASURES).stream()
                .filter(record -> DeviceKey.parse(record.key()).name().equals(id)))
        .singleElement()
        .satisfies(record ->
            assertThat(DeviceKey.parse(record.key()).device()).isEqualTo(new DeviceId("phone-9")));
  }

  @Test
  void a_broadcast_goes_to_the_apps_of_the_team_and_nobody_else_is_told_of_it() throws Exception {
    String key = bearer(now());
    String target = "{\"target\":{\"topic\":\"goals\"},\"payload\":{},\"app\":\"";
    assertThat(send(key, target + MAIL + "\"}").statusCode()).isEqualTo(403);
    await()
        .atMost(PATIENCE)
        .until(() -> send(key, target + TestNode.APP + "\"}").statusCode() != 503);
    HttpResponse<String> sent = send(key, target + TestNode.APP + "\"}");
    assertThat(sent.statusCode()).as(sent::body).isEqualTo(202);
    String path = sent.headers().firstValue("location").orElseThrow();
    String id = path.substring(path.lastIndexOf('/') + 1);

    List<ConsumerRecord<byte[], byte[]>> requests = records(id, Kind.REQUEST);
    assertThat(requests)
        .isNotEmpty()
        .allSatisfy(record -> {
          assertThat(BroadcastKey.parse(record.key()).orElseThrow().partition())
              .isEqualTo(record.partition());
          Broadcast broadcast = cluster.decode(Broadcast.class, record.value());
          assertThat(broadcast.getCondition()).isEqualTo("'goals' in topics");
          assertThat(broadcast.getNotification().getId()).isEqualTo(id);
        });
    assertThat(rest("GET", path, key).body())
        .contains("\"state\":\"waiting\"", "\"waiting\":" + requests.size());

    KeyPair others = post.addKey("KEY0000011");
    String stranger = "bearer " + post.token(others, "KEY0000011", now());
    await().atMost(PATIENCE).until(() -> rest("GET", path, stranger).statusCode() == 404);
    assertThat(rest("DELETE", path, stranger).statusCode()).isEqualTo(404);
    assertThat(records(id, Kind.STOP)).isEmpty();

    HttpResponse<String> stopped = rest("DELETE", path, key);
    assertThat(stopped.statusCode()).as(stopped::body).isEqualTo(202);
    assertThat(records(id, Kind.STOP)).hasSameSizeAs(requests);
    assertThat(rest("GET", path, key).body()).contains("\"state\":\"stopping\"");
  }

  private static List<ConsumerRecord<byte[], byte[]>> records(String id, Kind kind) {
    return cluster.read(LogTopics.BROADCASTS).stream()
        .filter(record ->
            BroadcastKey.parse(record.key())
                .filter(key -> key.kind() == kind && key.id().value().equals(id))
                .isPresent())
        .toList();
  }

  private static HttpResponse<String> send(String authorization, String body) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(
                  URI.create("http://" + node.endpoint("http") + "/v1/notifications"))
              .POST(BodyPublishers.ofString(body))
              .headers("authorization", authorization, "content-type", "application/json")
              .build(),
          BodyHandlers.ofString());
    }
  }

  private static HttpResponse<String> rest(String method, String path, String authorization)
      throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(URI.create("http://" + node.endpoint("http") + path))
              .method(method, BodyPublishers.noBody())
              .header("authorization", authorization)
              .build(),
          BodyHandlers.ofString());
    }
  }

  private static int status(String path, String apiKey) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(URI.create("http://" + node.endpoint("http") + path))
                  .header("authorization", "Bearer " + apiKey)
                  .build(),
              BodyHandlers.ofString())
          .statusCode();
    }
  }

  @Test
  void a_provider_is_told_what_is_wrong_with_its_token_in_apples_words() throws Exception {
    try (Provider provider = new Provider()) {
      HttpResponse<String> none =
          provider.push(path(TestNode.APP), "apns-topic", TestNode.APP, "apns-id", "x");
      assertThat(none.statusCode()).isEqualTo(403);
      assertThat(none.body()).isEqualTo("{\"reason\":\"MissingProviderToken\"}");
      assertThat(provider.reason("basic YTpi"))
          .isEqualTo("403 {\"reason\":\"MissingProviderToken\"}");
      assertThat(provider.reason("bearer x"))
          .isEqualTo("403 {\"reason\":\"InvalidProviderToken\"}");
      assertThat(provider.reason(bearer(now() - 3_700)))
          .isEqualTo("403 {\"reason\":\"ExpiredProviderToken\"}");

      String token = bearer(now() - 60);
      assertThat(provider.reason(token)).isEqualTo("200 ");
      assertThat(provider.reason(bearer(now())))
          .isEqualTo("429 {\"reason\":\"TooManyProviderTokenUpdates\"}");
      assertThat(provider.reason(token)).isEqualTo("200 ");

      // The token comes before the path.
      assertThat(provider.push("/nowhere", "apns-id", "x").body()).contains("MissingProviderToken");
      assertThat(provider.push("/nowhere", "authorization", token).body()).contains("BadPath");
    }
  }

  @Test
  void a_provider_sends_to_the_apps_of_its_team_and_to_no_others() throws Exception {
    String token = bearer(now());
    try (Provider provider = new Provider()) {
      HttpResponse<String> foreign =
          provider.push(path(MAIL), "apns-topic", MAIL, "authorization", token);
      assertThat(foreign.statusCode()).isEqualTo(400);
      assertThat(foreign.body()).isEqualTo("{\"reason\":\"TopicDisallowed\"}");

      HttpResponse<String> call =
          provider.push(
              path(TestNode.APP),
              "apns-topic",
              TestNode.APP + ".voip",
              "apns-push-type",
              "voip",
              "authorization",
              token);
      assertThat(call.statusCode()).isEqualTo(200);

      // The device has registered the topic with its suffix, as an app of its own: nobody's.
      HttpResponse<String> ambiguous =
          provider.push(
              path(TestNode.APP + ".voip"),
              "apns-topic",
              TestNode.APP + ".voip",
              "authorization",
              token);
      assertThat(ambiguous.body()).isEqualTo("{\"reason\":\"TopicDisallowed\"}");
    }
  }

  @Test
  void a_library_for_apples_service_is_accepted_by_its_signing_key() throws Exception {
    KeyPair known = press.addKey("PUSHY00001");
    KeyPair unknown = post.addKey("PUSHY00002");
    awaitKnown("bearer " + press.token(known, "PUSHY00001", now()));

    assertThat(pushy("PUSHY00001", known).isAccepted()).isTrue();
    assertThat(pushy("PUSHY00001", unknown).getRejectionReason()).contains("InvalidProviderToken");
  }

  /** On a connection for each attempt: it is refused until the key is known. */
  private static void awaitKnown(String authorization) {
    awaitKnown(authorization, TestNode.APP);
  }

  private static void awaitKnown(String authorization, String app) {
    await()
        .atMost(PATIENCE)
        .until(() -> {
          try (Provider provider = new Provider()) {
            return provider
                    .push(path(app), "apns-topic", app, "authorization", authorization)
                    .statusCode()
                == 200;
          }
        });
  }

  private static PushNotificationResponse<SimpleApnsPushNotification> pushy(
      String kid, KeyPair signing) throws Exception {
    ApnsClient client =
        new ApnsClientBuilder()
            .setApnsServer("127.0.0.1", node.port("https"))
            .setTrustedServerCertificateChain(state.resolve("a/tls/ca.pem").toFile())
            .setSigningKey(
                new ApnsSigningKey(kid, "TEAM000001", (ECPrivateKey) signing.getPrivate()))
            .build();
    try {
      return client
          .sendNotification(
              new SimpleApnsPushNotification(
                  TestNode.token("phone").hex(), TestNode.APP, "{\"aps\":{}}"))
          .get();
    } finally {
      client.close().get();
    }
  }

  @Test
  void a_key_is_accepted_and_refused_on_an_open_connection_as_soon_as_that_is_known()
      throws Exception {
    KeyPair revoked = press.addKey("KEY0000009");
    String token = "bearer " + press.token(revoked, "KEY0000009", now());
    awaitKnown(token);
    try (Provider provider = new Provider()) {
      assertThat(provider.reason(token)).isEqualTo("200 ");

      press.revoke(ControlKind.PROVIDER_KEY, "KEY0000009");

      await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(provider.reason(token))
                  .isEqualTo("403 {\"reason\":\"InvalidProviderToken\"}"));
    }
  }

  /** Sends on a connection with a certificate; returns status and body. */
  private static String push(X509Bundle certificate, String app, String... headers)
      throws Exception {
    try (HttpClient http = ProviderAuthority.client(certificate, state.resolve("a/tls/ca.pem"))) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + node.port("https") + path(app)))
              .POST(BodyPublishers.ofString("{}"));
      HttpResponse<String> answer =
          http.send(
              headers.length == 0 ? request.build() : request.headers(headers).build(),
              BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    }
  }

  @Test
  void a_provider_with_a_certificate_of_its_app_needs_no_token() throws Exception {
    X509Bundle own = authority.issue(ProviderAuthority.certificate("UID=" + TestNode.APP));
    X509Bundle calls =
        authority.issue(
            ProviderAuthority.listing(
                "UID=" + TestNode.APP, TestNode.APP, TestNode.APP + ".voip", MAIL));

    assertThat(push(own, TestNode.APP)).isEqualTo("200 ");
    assertThat(push(own, TestNode.APP, "authorization", "bearer x")).isEqualTo("200 ");
    assertThat(push(own, MAIL, "apns-topic", MAIL))
        .isEqualTo("400 {\"reason\":\"TopicDisallowed\"}");
    assertThat(push(calls, TestNode.APP)).isEqualTo("400 {\"reason\":\"MissingTopic\"}");
    assertThat(push(calls, TestNode.APP, "apns-topic", TestNode.APP + ".voip")).isEqualTo("200 ");
    assertThat(push(calls, TestNode.APP, "apns-topic", TestNode.APP + ".complication"))
        .isEqualTo("400 {\"reason\":\"TopicDisallowed\"}");
    // It names an app of another team, too.
    assertThat(push(calls, MAIL, "apns-topic", MAIL))
        .isEqualTo("400 {\"reason\":\"TopicDisallowed\"}");
  }

  @Test
  void a_provider_is_told_what_is_wrong_with_its_certificate_in_apples_words() throws Exception {
    String bad = "403 {\"reason\":\"BadCertificate\"}";
    String good = bearer(now());

    assertThat(push(revoked, TestNode.APP)).isEqualTo(bad);
    for (String subject : List.of("CN=news", "UID=com.example.unknown")) {
      X509Bundle issued = authority.issue(ProviderAuthority.certificate(subject));
      assertThat(push(issued, TestNode.APP, "authorization", good)).isEqualTo(bad);
    }
    assertThat(
            push(
                authority.issue(ProviderAuthority.development("UID=" + TestNode.APP)),
                TestNode.APP))
        .isEqualTo("403 {\"reason\":\"BadCertificateEnvironment\"}");

    X509Bundle expired =
        authority.issue(
            ProviderAuthority.certificate("UID=" + TestNode.APP)
                .notBefore(Instant.now().minusSeconds(7_200))
                .notAfter(Instant.now().minusSeconds(3_600)));
    X509Bundle foreign =
        new ProviderAuthority(state.resolve("other"))
            .issue(ProviderAuthority.certificate("UID=" + TestNode.APP));
    for (X509Bundle each : List.of(expired, foreign)) {
      assertThatThrownBy(() -> push(each, TestNode.APP)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void a_library_for_apples_service_is_accepted_by_its_certificate() throws Exception {
    X509Bundle own = authority.issue(ProviderAuthority.certificate("UID=" + TestNode.APP));
    ApnsClient client =
        new ApnsClientBuilder()
            .setApnsServer("127.0.0.1", node.port("https"))
            .setTrustedServerCertificateChain(state.resolve("a/tls/ca.pem").toFile())
            .setClientCredentials(own.getCertificate(), own.getKeyPair().getPrivate(), null)
            .build();
    try {
      assertThat(
              client
                  .sendNotification(
                      new SimpleApnsPushNotification(
                          TestNode.token("phone").hex(), TestNode.APP, "{\"aps\":{}}"))
                  .get()
                  .isAccepted())
          .isTrue();
    } finally {
      client.close().get();
    }
  }

  @Test
  void a_connection_is_closed_after_ten_refused_tokens() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port("http"))) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      for (int i = 0; i < 10; i++) {
        socket
            .getOutputStream()
            .write(
                "POST /3/device/x HTTP/1.1\r\nhost: x\r\nauthorization: bearer x\r\ncontent-length: 0\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
      }
      InputStream in = socket.getInputStream();

      String answers = new String(in.readAllBytes(), StandardCharsets.US_ASCII);

      assertThat(answers.split("InvalidProviderToken", -1)).hasSize(11);
    }
  }

  @Test
  void what_is_sent_over_rest_needs_a_credential_for_its_app_in_each_line_too() throws Exception {
    String own = "Bearer " + press.addApiKey("API0000021");
    String foreign = "Bearer " + post.addApiKey("API0000022");
    String line =
        "{\"target\":{\"token\":\"%s\"},\"app\":\"%s\",\"payload\":{}}\n"
            .formatted(TestNode.token("phone").hex(), TestNode.APP);
    await()
        .atMost(PATIENCE)
        .until(() -> node.post("application/json", line, "authorization", own).statusCode() == 202);
    await()
        .atMost(PATIENCE)
        .until(() ->
            node.post("application/json", line, "authorization", foreign).statusCode() == 403);

    assertThat(node.post("application/json", line).statusCode()).isEqualTo(401);
    assertThat(node.get("http", "/v1/nothing").statusCode()).isEqualTo(401);
    assertThat(node.get("http", "/v1/notifications").statusCode()).isEqualTo(401);
    assertThat(node.post("application/x-ndjson", line + line).statusCode()).isEqualTo(401);
    assertThat(node.post("application/x-ndjson", line + line, "authorization", own).body())
        .contains("\"line\":1,\"status\":202", "\"line\":2,\"status\":202");
    assertThat(node.post("application/x-ndjson", line, "authorization", foreign).body())
        .contains("\"line\":1,\"status\":403")
        .doesNotContain("202");
    assertThat(node.get("http", "/openapi.json").statusCode()).isEqualTo(200);
  }

  private static HttpResponse<String> trace(TestNode at, String id, String... headers)
      throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(
              URI.create("http://" + at.endpoint("http") + "/v1/notifications/" + id));
      return http.send(
          headers.length == 0 ? request.build() : request.headers(headers).build(),
          BodyHandlers.ofString());
    }
  }

  private static HttpResponse<String> awaitTrace(TestNode at, String id, String credential) {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> trace(at, id, "Authorization", "Bearer " + credential),
            answer -> answer.statusCode() != 503 && answer.statusCode() != 401);
  }

  private static void receive(String id, String app) throws Exception {
    receive(id, app, "token");
  }

  private static void receive(String id, String app, String token) throws Exception {
    Step step = new Step(StepName.EXPIRED, 1_700_000_000_001L, "s-1", "late");
    cluster.append(
        LogTopics.RECEIPTS,
        ReceiptKey.of(id, token),
        new Receipt(id, token, "phone-1", app, Outcome.EXPIRED, List.of(step), null));
  }

  @Test
  void the_rest_interface_wants_a_token_or_an_api_key_of_the_notifications_app() throws Exception {
    String id = NotificationId.random().value();
    receive(id, TestNode.APP);
    String own = press.addApiKey("API0000001");
    String narrow = press.addApiKey("API0000002", "com.example.weather");
    String foreign = post.addApiKey("API0000003");

    assertThat(awaitTrace(node, id, own).statusCode()).isEqualTo(200);
    assertThat(awaitTrace(node, id, press.token(pair, KEY, now())).statusCode()).isEqualTo(200);
    for (String other : List.of(narrow, foreign)) {
      HttpResponse<String> refused = awaitTrace(node, id, other);
      assertThat(refused.statusCode()).isEqualTo(404);
      assertThat(refused.headers().firstValue("content-type")).hasValue("application/problem+json");
      String random = NotificationId.random().value();
      assertThat(awaitTrace(node, random, other).statusCode()).isEqualTo(404);
    }
    for (String[] headers :
        new String[][] {
          {},
          {"Authorization", "Bearer " + own + "x"},
          {"Authorization", "Bearer tid_API0000004_x"},
          {"Authorization", "Basic YTpi"}
        }) {
      HttpResponse<String> refused = trace(node, id, headers);
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.headers().firstValue("www-authenticate")).hasValue("Bearer");
      assertThat(refused.headers().firstValue("content-type")).hasValue("application/problem+json");
    }

    press.revoke(ControlKind.API_KEY, "API0000001");
    await()
        .atMost(PATIENCE)
        .until(() -> trace(node, id, "Authorization", "Bearer " + own).statusCode() == 401);
  }

  @Test
  void a_trace_is_found_behind_any_number_of_others_with_its_id() throws Exception {
    String id = NotificationId.random().value();
    List<String> tokens =
        IntStream.range(0, 250)
            .mapToObj(Integer::toString)
            .sorted(Comparator.comparing(ReceiptKey::mark))
            .toList();
    // The last one of the table first: when it is found, all are.
    receive(id, TestNode.APP, tokens.getLast());
    for (String token : tokens.subList(0, 249)) {
      receive(id, MAIL, token);
    }
    String own = press.addApiKey("API0000007");
    String foreign = post.addApiKey("API0000008");
    await().atMost(PATIENCE).until(() -> awaitTrace(node, id, foreign).body().contains("next"));

    HttpResponse<String> found = awaitTrace(node, id, own);
    assertThat(found.statusCode()).isEqualTo(200);
    assertThat(found.body()).contains(TestNode.APP).doesNotContain(MAIL, "others");
  }

  @Test
  void a_node_that_asks_another_says_for_whom_without_the_secret() throws Exception {
    List<String> ids = Stream.generate(() -> NotificationId.random().value()).limit(8).toList();
    for (String id : ids) {
      receive(id, TestNode.APP);
    }
    String own = press.addApiKey("API0000005");
    String foreign = post.addApiKey("API0000006");
    try (TestNode other = new TestNode(cluster, state.resolve("b"), closed)) {
      for (TestNode each : List.of(node, other)) {
        for (String id : ids) {
          assertThat(awaitTrace(each, id, own).statusCode()).isEqualTo(200);
          assertThat(awaitTrace(each, id, foreign).statusCode()).isEqualTo(404);
        }
      }
    }
  }

  @Test
  void a_teams_limit_counts_and_is_lifted_without_a_restart_and_leaves_other_teams_alone()
      throws Exception {
    ProviderTeam loud = new ProviderTeam(cluster, "TEAM000003");
    loud.addApp("com.example.loud");
    KeyPair loudKey = loud.addKey("KEY0000003");
    String apiKey = loud.addApiKey("API0000007");
    String token = "bearer " + loud.token(loudKey, "KEY0000003", now());
    awaitKnown(token, "com.example.loud");
    String entry = loud.limit(1, 2);

    try (Provider provider = new Provider();
        Provider other = new Provider()) {
      HttpResponse<String> refused =
          await()
              .atMost(PATIENCE)
              .until(
                  () ->
                      provider.push(
                          path("com.example.loud"),
                          "apns-topic",
                          "com.example.loud",
                          "authorization",
                          token),
                  answer -> answer.statusCode() != 200);
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.body()).isEqualTo("{\"reason\":\"TooManyRequests\"}");
      assertThat(refused.headers().firstValue("apns-id")).isPresent();
      assertThat(refused.headers().firstValue("retry-after")).hasValue("1");
      assertThat(refused.headers().firstValue("ratelimit")).hasValue("\"team\";r=0;t=1");
      assertThat(refused.headers().firstValue("ratelimit-policy")).hasValue("\"team\";q=2;w=2");
      HttpResponse<String> problem =
          await()
              .atMost(PATIENCE)
              .until(
                  () -> {
                    for (int i = 0; i < 3; i++) {
                      provider.push("/nowhere", "authorization", token);
                    }
                    return trace(
                        node, NotificationId.random().value(), "Authorization", "Bearer " + apiKey);
                  },
                  answer -> answer.statusCode() == 429);
      assertThat(problem.headers().firstValue("content-type")).hasValue("application/problem+json");
      assertThat(problem.headers().firstValue("ratelimit")).hasValue("\"team\";r=0;t=1");
      assertThat(problem.headers().firstValue("retry-after")).hasValue("1");
      assertThat(problem.body()).contains("\"status\":429", "\"limit\":\"team\"");
      assertThat(other.reason(bearer(now()))).isEqualTo("200 ");
      assertThat(node.get("management", "/metrics").body())
          .containsPattern("tidings_ingest_limit_refused_total\\{[^}]*limit=\"team\"[^}]*} [1-9]")
          .containsPattern("tidings_ingest_limit_buckets\\{[^}]*limit=\"team\"[^}]*} [01]\\.0");

      loud.revoke(ControlKind.LIMIT, entry);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> {
            for (int i = 0; i < 10; i++) {
              assertThat(
                      provider
                          .push(
                              path("com.example.loud"),
                              "apns-topic",
                              "com.example.loud",
                              "authorization",
                              token)
                          .statusCode())
                  .isEqualTo(200);
            }
          });
    }
  }

  @Test
  void the_management_port_stays_as_it_is() throws Exception {
    try (Provider provider = new Provider()) {
      assertThat(provider.reason(bearer(now()))).isEqualTo("200 ");
    }
    assertThat(node.get("management", "/health/live").statusCode()).isEqualTo(200);
    assertThat(node.get("management", "/metrics").body())
        .containsPattern("tidings_ingest_credentials_checked_total\\{[^}]*accepted[^}]*} [1-9]")
        .contains("tidings_ingest_refusals_addresses")
        .containsPattern("tidings_ingest_control_lag\\{[^}]*} 0\\.0")
        .containsPattern("tidings_ingest_control_waiting\\{[^}]*} 0\\.0")
        .containsPattern("tidings_ingest_control_unreadable_total\\{[^}]*} 0\\.0")
        .containsPattern("tidings_ingest_control_reloads_total\\{[^}]*} 0\\.0");
  }
}
