package dev.tidings.e2e.guides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.device.DeviceClient;
import dev.tidings.device.DeviceOptions;
import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.process.HostPort;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the guides and the reference of the REST interface have their readers do works as they say,
 * command by command, on one pipeline; of the guide to Vue and uni-app that is shown by
 * clients/test/guides.test.ts.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("curl")
class GuidesIT {
  private static final String GUIDES = "docs/guides/";
  private static final String APP = "com.example.news";

  @TempDir Path directory;
  private Pipeline pipeline;
  private CommandHere command;

  @BeforeAll
  void start(@TempDir Path data) throws Exception {
    pipeline = Pipeline.start(PipelineOptions.in(data));
    command = new CommandHere(pipeline);
  }

  @AfterAll
  void stop() {
    if (pipeline != null) {
      pipeline.close();
    }
  }

  @BeforeEach
  void write_the_command() throws Exception {
    command.writeTo(directory);
  }

  @Test
  void the_first_push_arrives_and_so_does_one_to_a_device_that_is_away() throws Exception {
    try (Reader reader = reader()) {
      reader.follow(Page.read(GUIDES + "first-push.md"));
    }
  }

  @Test
  @Tag("mosquitto")
  void what_was_sent_to_apns_or_fcm_is_sent_here() throws Exception {
    try (Reader reader = reader()) {
      reader.follow(Page.read(GUIDES + "from-apns-or-fcm.md"));
    }
  }

  @Test
  @Tag("paho-python")
  void a_device_speaks_the_bytes_that_its_guide_shows() throws Exception {
    HostPort node = pipeline.endpoint(TidingsService.DELIVERY_NODE, "mqtt");
    int played = 0;
    try (Reader reader = reader();
        PacketExchange device = new PacketExchange(node)) {
      for (Step step : Page.read(GUIDES + "device-client.md").steps()) {
        if (step instanceof Step.Packets packets) {
          if (packets.lines().getFirst().startsWith("← 32")) {
            push("my-bytes");
          }
          device.play(packets);
          played++;
        } else {
          reader.follow(step);
        }
      }
    }
    assertThat(played).isGreaterThan(3);
  }

  private void push(String device) throws Exception {
    HostPort http = pipeline.endpoint(TidingsService.INGEST_API, "http");
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(URI.create("http://" + http + "/v1/notifications"))
                  .header("content-type", "application/json")
                  .POST(
                      HttpRequest.BodyPublishers.ofString(
                          """
                          {"target":{"device":"%s"},"app":"com.example.news","payload":{"aps":{"alert":"Hello"}}}
                          """
                              .formatted(device)))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer::body).isEqualTo(202);
    }
  }

  @Test
  @Tag("confluent-python")
  @Tag("kcat")
  void providers_produce_to_kafka() throws Exception {
    try (Reader reader = reader()) {
      reader.follow(Page.read(GUIDES + "kafka-providers.md"));
    }
  }

  @Test
  void production_is_set_up_as_its_guide_says_with_two_delivery_nodes() throws Exception {
    try (Machine machine = new Machine(pipeline, directory);
        Reader reader = new Reader(directory, machine.environment(), machine::local)) {
      try {
        reader.follow(Page.read(GUIDES + "production.md"));
      } catch (AssertionError e) {
        throw new AssertionError(e.getMessage() + machine.ends(), e);
      }
    }
  }

  @Test
  @Tag("mosquitto")
  void every_request_of_the_references_is_accepted() throws Exception {
    Files.writeString(
        directory.resolve("notifications.ndjson"),
        """
        {"target":{"device":"phone-1"},"app":"com.example.news","payload":{"n":1}}
        {"target":{"device":"phone-1"},"app":"com.example.news","payload":{"n":2}}
        """);
    UnaryOperator<String> filled =
        text ->
            command
                .local(text)
                .replace("broadcasts/$ID", "broadcasts/$BROADCAST")
                // It goes on until it is stopped: 28 is the end of its time.
                .replaceFirst("curl -N (.*)", "curl -N -m 2 $1 || [[ \\$? == 28 ]]");
    try (Reader reader = new Reader(directory, Map.of(), filled)) {
      reader.follow(
          Page.parse(
              "what the references take as given",
              """
              ```bash
              TOKEN=$(mosquitto_rr -h localhost -p 1883 -V 5 -i phone-1 -q 1 -t '$tidings/register' -e '$tidings/registered' \\
                -m '{"app":"com.example.news"}' | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')
              echo "{\\"token\\":\\"$TOKEN\\"}" >tokens.ndjson
              ID=%s
              BROADCAST=%s
              for target in '"token":"'$TOKEN'"},"id":"'$ID '"topic":"goals"},"id":"'$BROADCAST; do
                curl -s -H 'content-type: application/json' http://localhost:8080/v1/notifications \\
                  -d '{"target":{'$target'","app":"com.example.news","payload":{}}'
              done
              ```
              """
                  .formatted(UUID.randomUUID(), UUID.randomUUID())));
      reader.follow(Page.read("docs/api.md"));
    }
  }

  @Test
  @Tag("mosquitto")
  void the_readme_is_followed() throws Exception {
    int statements = 0;
    HostPort node = pipeline.endpoint(TidingsService.DELIVERY_NODE, "mqtt");
    List<String> shown = new CopyOnWriteArrayList<>();
    try (DeviceClient phone =
        new DeviceClient(
            DeviceOptions.builder(node.host(), node.port(), "of-the-readme").apps(APP).build(),
            notification -> shown.add(notification.id()))) {
      String token = phone.connect().get().get(APP);
      push("of-the-readme");
      await().until(() -> !shown.isEmpty());
      String id = shown.getFirst();
      UnaryOperator<String> filled =
          text ->
              command
                  .local(text)
                  .replace("APNS_ID", id)
                  .replace("TOKEN", token)
                  .replace("my-phone", "of-mosquitto")
                  .replaceAll("mosquitto_(rr|sub)", "mosquitto_$1 -p " + node.port())
                  // It goes on until it is stopped: 27 is the end of its time.
                  .replaceFirst("(mosquitto_sub .*)", "$1 -W 2 || [[ \\$? == 27 ]]")
                  .replace(".tidings/tls/ca.pem", pipeline.stack().certificates().ca().toString());
      try (Reader reader = new Reader(directory, Map.of(), filled)) {
        for (Step step : Page.read("README.md").steps()) {
          if (step instanceof Step.Statements(String at, String code)) {
            // Whoever goes on with a client closes it.
            String end =
                code.contains("ApnsClient client")
                    ? "client.close().get();"
                    : code.contains("DeviceClient device") ? "device.close();" : "";
            Snippet.run(directory, ++statements, filled.apply(code) + end, token);
          } else {
            reader.follow(step);
          }
        }
      }
      await().until(() -> shown.size() >= 6);
    }
    assertThat(statements).isEqualTo(4);
  }

  @Test
  void every_guide_is_followed() {
    assertThat(Page.in("docs/guides"))
        .containsExactlyInAnyOrderElementsOf(
            List.of(
                    "first-push.md",
                    "from-apns-or-fcm.md",
                    "device-client.md",
                    "kafka-providers.md",
                    "production.md",
                    "vue-and-uni-app.md")
                .stream()
                .map(GUIDES::concat)
                .toList());
  }

  private Reader reader() {
    Map<String, String> environment = new HashMap<>();
    environment.put("PATH", "/usr/bin:" + System.getenv("PATH"));
    return new Reader(directory, environment, command::local);
  }
}
