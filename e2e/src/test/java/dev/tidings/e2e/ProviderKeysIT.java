package dev.tidings.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.ApnsClientBuilder;
import com.eatthepath.pushy.apns.PushNotificationResponse;
import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.process.HostPort;
import dev.tidings.provider.SendAnswer;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An administrator makes keys, and providers send with them and with nothing else.
 *
 * <p>Shows G94 of docs/guarantees.md.
 */
@Timeout(300)
class ProviderKeysIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String TEAM = "PRESS67890";

  @TempDir private static Path data;
  private static Pipeline pipeline;

  @BeforeAll
  static void start() throws Exception {
    pipeline =
        Pipeline.start(
            PipelineOptions.in(data.resolve("stack"))
                .with(TidingsService.INGEST_API, "auth.providers", "keys")
                .with(TidingsService.INGEST_API, "webhooks", "true")
                .with(TidingsService.INGEST_API, "webhooks.hosts", "localhost"));
    admin(pipeline, "team", "create", "Press", "--id", TEAM);
    admin(pipeline, "app", "add", Provider.APP, "--team", TEAM);
  }

  @AfterAll
  static void stop() {
    if (pipeline != null) {
      pipeline.close();
    }
  }

  @Test
  void a_provider_sends_with_the_file_that_the_administrator_was_given_until_it_is_revoked()
      throws Exception {
    try (Phone phone = Phone.register(pipeline, "phone-of-a-reader");
        Provider stranger = new Provider(pipeline)) {
      String kid = value("kid", admin(pipeline, "key", "create", "--team", TEAM, data.toString()));
      File key = data.resolve("AuthKey_" + kid + ".p8").toFile();
      String secret =
          admin(pipeline, "api-key", "create", "--team", TEAM)
              .lines()
              .filter(line -> line.startsWith("tid_"))
              .findFirst()
              .orElseThrow();

      assertThat(stranger.send(phone.token(), Ids.of(15, 1), "{\"aps\":{}}"))
          .isNotInstanceOf(SendAnswer.Accepted.class);
      // A new client each time: it is refused until the key is known.
      await().atMost(PATIENCE).until(() -> send(pipeline, kid, key, phone).isAccepted());

      await().atMost(PATIENCE).until(() -> !phone.shown().isEmpty());
      String id = phone.shown().getFirst();
      assertThat(trace(pipeline, id)).isEqualTo(401);
      await()
          .atMost(PATIENCE)
          .until(() -> trace(pipeline, id, "authorization", "Bearer " + secret) == 200);

      ours(pipeline, data, key.toPath(), secret, phone);

      admin(pipeline, "key", "revoke", kid);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(send(pipeline, kid, key, phone).getRejectionReason())
                  .contains("InvalidProviderToken"));
    }
  }

  @Test
  @Tag("npm")
  void clients_for_nodejs_send_over_a_restart_until_their_key_is_revoked(@TempDir Path npm)
      throws Exception {
    ApnsProgram.install(npm);
    String kid = value("kid", admin(pipeline, "key", "create", "--team", TEAM, npm.toString()));
    Path key = npm.resolve("AuthKey_" + kid + ".p8");
    List<ApnsProgram> clients = new ArrayList<>();
    try (Phone phone = Phone.register(pipeline, "phone-of-another-reader")) {
      for (String client : ApnsProgram.CLIENTS) {
        clients.add(ApnsProgram.start(client, npm, pipeline, key, kid, TEAM));
      }
      for (ApnsProgram client : clients) {
        await().atMost(PATIENCE).until(() -> client.send(phone.token()).equals("sent"));
        assertThat(client.send("0".repeat(64))).contains("BadDeviceToken");
        assertThat(client.send(phone.token())).isEqualTo("sent");
      }
      await().atMost(PATIENCE).until(() -> phone.shown().size() >= 2 * clients.size());
      channels(npm, key, kid);

      pipeline.process(TidingsService.INGEST_API).terminate(Duration.ofSeconds(20));
      pipeline.restart(TidingsService.INGEST_API);
      for (ApnsProgram client : clients) {
        await().atMost(PATIENCE).until(() -> client.send(phone.token()).equals("sent"));
      }

      admin(pipeline, "key", "revoke", kid);
      for (ApnsProgram client : clients) {
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () -> assertThat(client.send(phone.token())).contains("InvalidProviderToken"));
      }
    } finally {
      for (ApnsProgram client : clients) {
        client.close();
      }
    }
  }

  /** What is kept of a channel reaches who joins later, with a client that knows nothing of it. */
  private static void channels(Path npm, Path key, String kid) throws Exception {
    try (ApnsProgram client =
            ApnsProgram.start(ApnsProgram.CHANNELS, npm, pipeline, key, kid, TEAM);
        Listener first = new Listener("phone-in-a-channel");
        Listener later = new Listener("phone-that-joins-later")) {
      AtomicReference<String> made = new AtomicReference<>("");
      await()
          .atMost(PATIENCE)
          .until(() -> {
            made.set(client.does("create 1"));
            return made.get().contains("apns-channel-id");
          });
      String id = member("apns-channel-id", made.get());
      assertThat(client.does("read " + id))
          .contains("\"message-storage-policy\":1", "\"push-type\":\"LiveActivity\"");
      assertThat(client.does("list")).contains("\"channels\":[", id);

      first.joins(id);
      assertThat(client.does("broadcast " + id)).contains("apns-request-id", "apns-unique-id");
      first.awaitScore();
      later.joins(id);
      later.awaitScore();

      assertThat(client.does("delete " + id)).contains("apns-request-id").doesNotContain("reason");
      assertThat(client.does("read " + id)).contains("400", "ChannelNotRegistered");
      assertThat(client.does("broadcast " + id)).contains("400", "ChannelNotRegistered");
      assertThat(client.does("create 2")).contains("400", "BadRequestParams");
    }
  }

  private static String member(String name, String json) {
    Matcher matcher = Pattern.compile('"' + name + "\":\"([^\"]+)\"").matcher(json);
    assertThat(matcher.find()).as(json).isTrue();
    return matcher.group(1);
  }

  /** A device with a client that knows nothing of Tidings. */
  private static final class Listener implements AutoCloseable {
    private final List<String> received = new CopyOnWriteArrayList<>();
    private final MqttClient client;

    Listener(String serial) throws MqttException {
      HostPort mqtt = pipeline.endpoint(TidingsService.DELIVERY_NODE, "mqtt");
      client =
          new MqttClient(
              "tcp://" + mqtt.host() + ":" + mqtt.port(), serial, new MemoryPersistence());
      client.connect();
      for (String filter : List.of("tidings/#", "$tidings/#")) {
        client.subscribe(
            filter,
            1,
            (topic, message) ->
                received.add(
                    topic + " " + new String(message.getPayload(), StandardCharsets.UTF_8)));
      }
      asks("register", "{\"app\":\"" + Provider.APP + "\"}", "\"token\"");
    }

    private void asks(String what, String request, String answer) throws MqttException {
      client.publish("$tidings/" + what, request.getBytes(StandardCharsets.UTF_8), 1, false);
      await()
          .atMost(PATIENCE)
          .until(() ->
              received.stream()
                  .anyMatch(line -> line.startsWith("$tidings/" + what) && line.contains(answer)));
    }

    void joins(String channel) throws MqttException {
      asks(
          "subscribe",
          "{\"app\":\"" + Provider.APP + "\",\"channel\":\"" + channel + "\"}",
          "\"channel\":\"" + channel + "\"}");
    }

    void awaitScore() {
      await()
          .atMost(PATIENCE)
          .until(() ->
              received.stream()
                  .anyMatch(line ->
                      line.startsWith("tidings/" + Provider.APP + "/")
                          && line.contains("\"score\":\"1:0\"")));
    }

    @Override
    public void close() throws MqttException {
      client.disconnectForcibly(0, 1_000, false);
      client.close();
    }
  }

  /** Its first answer is 503, so what it got comes again. */
  @Test
  @Tag("npm")
  void receipts_are_sent_to_who_verifies_them_with_the_library_of_standard_webhooks(
      @TempDir Path npm) throws Exception {
    String kid = value("kid", admin(pipeline, "key", "create", "--team", TEAM, npm.toString()));
    File key = npm.resolve("AuthKey_" + kid + ".p8").toFile();
    try (Phone phone = Phone.register(pipeline, "phone-of-a-third-reader");
        WebhookReceiver receiver = WebhookReceiver.start(npm)) {
      String made =
          admin(pipeline, "webhook", "create", "--app", Provider.APP, "--url", receiver.url());
      String id = value("id", made);
      receiver.knows(secret(made));
      await().atMost(PATIENCE).until(() -> send(pipeline, kid, key, phone).isAccepted());
      await().atMost(PATIENCE).until(() -> !phone.shown().isEmpty());
      String first = phone.shown().getFirst();

      await()
          .atMost(PATIENCE)
          .until(() -> receiver.told().size() >= 2 && tells(receiver.told(), first) > 0);
      List<String> told = List.copyOf(receiver.told());
      assertThat(told.get(1)).isEqualTo(told.get(0));

      receiver.knows(secret(admin(pipeline, "webhook", "rotate", id, "--overlap", "1h")));
      assertThat(send(pipeline, kid, key, phone).isAccepted()).isTrue();
      await().atMost(PATIENCE).until(() -> !phone.shown().getLast().equals(first));
      String last = phone.shown().getLast();
      await().atMost(PATIENCE).until(() -> tells(receiver.told(), last) > 0);

      admin(pipeline, "webhook", "delete", id);
    }
  }

  private static String secret(String output) {
    return output.lines().filter(line -> line.startsWith("whsec_")).findFirst().orElseThrow();
  }

  /** Returns how many requests have told that a notification was confirmed. */
  private static long tells(List<String> told, String id) {
    return told.stream().filter(line -> line.contains("confirmed=" + id)).count();
  }

  /** Sends by {@code ./tidings} with the keys, and looks at what became of it. */
  private static void ours(Pipeline pipeline, Path directory, Path key, String secret, Phone phone)
      throws Exception {
    String url = "http://" + pipeline.endpoint(TidingsService.INGEST_API, "http");
    Path apiKey = Files.writeString(directory.resolve("api-key"), secret + "\n");
    String sent =
        tidings(
            0,
            "send",
            phone.token(),
            "--app",
            Provider.APP,
            "--body",
            "Hello",
            "--url",
            url,
            "--provider-key",
            key.toString(),
            "--team",
            TEAM);
    String id = value("apns-id", sent);

    assertThat(
            tidings(
                0, "trace", id, "--wait", "60s", "--url", url, "--api-key-file", apiKey.toString()))
        .contains("delivered");
    String byApiKey =
        tidings(
            0,
            "send",
            phone.token(),
            "--app",
            Provider.APP,
            "--body",
            "Hello",
            "--expiration",
            "1h",
            "--url",
            url,
            "--api-key-file",
            apiKey.toString());
    assertThat(
            tidings(
                0,
                "trace",
                value("apns-id", byApiKey),
                "--wait",
                "60s",
                "--url",
                url,
                "--provider-key",
                key.toString(),
                "--team",
                TEAM))
        .contains("delivered");
    assertThat(tidings(1, "trace", id, "--url", url))
        .contains("401", "./tidings admin api-key create");
    assertThat(tidings(1, "send", phone.token(), "--body", "Hello", "--url", url))
        .contains("MissingProviderToken", "./tidings admin key create");
  }

  private static PushNotificationResponse<SimpleApnsPushNotification> send(
      Pipeline pipeline, String kid, File key, Phone phone) throws Exception {
    ApnsClient client =
        new ApnsClientBuilder()
            .setApnsServer(
                "127.0.0.1", pipeline.endpoint(TidingsService.INGEST_API, "https").port())
            .setTrustedServerCertificateChain(pipeline.stack().certificates().ca().toFile())
            .setSigningKey(ApnsSigningKey.loadFromPkcs8File(key, TEAM, kid))
            .build();
    try {
      return client
          .sendNotification(
              new SimpleApnsPushNotification(
                  phone.token(), Provider.APP, "{\"aps\":{\"alert\":\"Hello\"}}"))
          .get(30, TimeUnit.SECONDS);
    } finally {
      client.close().get(60, TimeUnit.SECONDS);
    }
  }

  private static int trace(Pipeline pipeline, String id, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
            URI.create(
                "http://"
                    + pipeline.endpoint(TidingsService.INGEST_API, "http")
                    + "/v1/notifications/"
                    + id));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request.build(), BodyHandlers.discarding()).statusCode();
    }
  }

  private static String value(String label, String output) {
    return output
        .lines()
        .filter(line -> line.startsWith(label + ": "))
        .map(line -> line.substring(label.length() + 2))
        .findFirst()
        .orElseThrow(() -> new AssertionError(label + " is missing: " + output));
  }

  /** Runs {@code tidings admin}; returns what it says. */
  private static String admin(Pipeline pipeline, String... arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("admin"));
    command.addAll(List.of(arguments));
    command.addAll(
        List.of(
            "--bootstrap-servers",
            pipeline.stack().bootstrapServers(),
            "--schema-registry-url",
            pipeline.stack().registryUrl()));
    return tidings(0, command.toArray(String[]::new));
  }

  /** Runs {@code tidings}; returns what it says. */
  private static String tidings(int exitCode, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.tidings.infra.cli.Tidings"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).as(said).isTrue();
    assertThat(process.exitValue()).as(said).isEqualTo(exitCode);
    return said;
  }
}
