package dev.tidings.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import dev.tidings.device.DeviceOptions;
import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.ports.Ports;
import dev.tidings.infra.process.ChildCommand;
import dev.tidings.infra.process.Endpoints;
import dev.tidings.infra.process.HostPort;
import dev.tidings.infra.process.ServiceProcess;
import dev.tidings.infra.stack.Checkout;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two delivery nodes share the partitions, each a static member of the group.
 *
 * <p>Shows G71, G74 and G170 of docs/guarantees.md.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ManyNodesIT {
  private static final int DEVICES = 12;
  private static final int PARTITIONS = 8;

  /** Long enough for a restart on a machine that has other things to do. */
  private static final String SESSION_TIMEOUT = "60s";

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final ObjectMapper JSON = new ObjectMapper();

  private Pipeline pipeline;
  private Endpoints first;
  private Map<String, String> settingsOfSecond;
  private ServiceProcess secondProcess;
  private Endpoints second;

  @BeforeAll
  void start(@TempDir Path data) throws Exception {
    pipeline =
        Pipeline.start(
            PipelineOptions.in(data)
                .with(TidingsService.DELIVERY_NODE, "group.instance.id", "first")
                .with(TidingsService.DELIVERY_NODE, "session.timeout", SESSION_TIMEOUT)
                .with(TidingsService.DELIVERY_NODE, "internal.port", freePort()));
    first = pipeline.endpoints(TidingsService.DELIVERY_NODE);
    settingsOfSecond =
        Map.of(
            "group.instance.id",
            "second",
            "session.timeout",
            SESSION_TIMEOUT,
            "internal.port",
            freePort(),
            "mqtt.port",
            freePort(),
            "mqtt.tls.port",
            "0",
            "mqtt.ws.port",
            "0",
            "mqtt.wss.port",
            "0",
            "management.port",
            "0");
    startSecond();
    await()
        .atMost(PATIENCE)
        .until(() -> open(first) + open(second) == PARTITIONS && open(first) == PARTITIONS / 2);
  }

  @AfterAll
  void stop() {
    if (secondProcess != null) {
      secondProcess.terminate(Duration.ofSeconds(20));
    }
    if (pipeline != null) {
      pipeline.close();
    }
  }

  @Test
  void devices_get_their_notifications_whichever_node_they_connect_to() throws Exception {
    List<Phone> phones = new ArrayList<>();
    try (Provider provider = new Provider(pipeline)) {
      for (int i = 0; i < DEVICES; i++) {
        HostPort mqtt = (i % 2 == 0 ? first : second).get("mqtt");
        Phone phone =
            Phone.register(
                DeviceOptions.builder(mqtt.host(), mqtt.port(), "at-any-node-" + i)
                    .redirects(false));
        phones.add(phone);
        provider.deliver(phone.token(), Ids.of(7, i), "{\"aps\":{\"alert\":\"" + i + "\"}}");
      }
      for (int i = 0; i < DEVICES; i++) {
        Phone phone = phones.get(i);
        await().atMost(PATIENCE).until(() -> phone.shown().size() == 1);
        assertThat(phone.shown()).containsExactly(Ids.of(7, i));
        provider.awaitDelivered(Ids.of(7, i));
      }
      double byFirst = metric(first, "tidings_node_relays_open");
      double bySecond = metric(second, "tidings_node_relays_open");
      assertThat(byFirst).isEqualTo(metric(second, "tidings_node_connections", "relayed"));
      assertThat(bySecond).isEqualTo(metric(first, "tidings_node_connections", "relayed"));
      // Which partitions are whose is not for the test to say.
      assertThat(byFirst + bySecond).isPositive();
    } finally {
      phones.forEach(Phone::close);
    }
  }

  @Test
  void who_asks_is_sent_to_the_node_that_has_its_inbox() {
    int redirected = 0;
    for (int i = 0; i < DEVICES; i++) {
      Optional<String> elsewhere = connect(first.get("mqtt"), "redirected-" + i);
      if (elsewhere.isPresent()) {
        redirected++;
        assertThat(elsewhere.get()).isEqualTo(second.get("mqtt").toString());
        assertThat(connect(second.get("mqtt"), "redirected-" + i)).isEmpty();
      }
    }
    assertThat(redirected).isBetween(1, DEVICES - 1);
  }

  @Test
  void what_a_device_has_is_told_by_the_node_that_has_it_whichever_that_is() throws Exception {
    Set<String> nodes = new HashSet<>();
    HostPort mqtt = first.get("mqtt");
    try (Provider provider = new Provider(pipeline)) {
      for (int i = 0; i < DEVICES; i++) {
        String serial = "told-of " + i;
        String path = "/v1/devices/told-of%20" + i;
        try (Phone phone =
            Phone.register(
                DeviceOptions.builder(mqtt.host(), mqtt.port(), serial).redirects(false))) {
          await().atMost(PATIENCE).until(() -> ask(path).statusCode() == 200);
          JsonNode device = JSON.readTree(ask(path).body());
          nodes.add(device.get("node").asText());
          assertThat(device.get("device").asText()).isEqualTo(serial);
          assertThat(device.get("connected").asBoolean()).isTrue();
          assertThat(device.get("protocol").asText()).isEqualTo("MQTT 5");
          assertThat(device.get("transport").asText()).isEqualTo("tcp");
          assertThat(device.get("registrations")).hasSize(1);
          assertThat(device.at("/registrations/0/app").asText()).isEqualTo(Provider.APP);
          assertThat(device.at("/registrations/0/token").asText()).isEqualTo(phone.token());
        }
        await()
            .atMost(PATIENCE)
            .until(() -> !JSON.readTree(ask(path).body()).get("connected").asBoolean());
        String token = JSON.readTree(ask(path).body()).at("/registrations/0/token").asText();
        provider.deliver(token, Ids.of(8, 2 * i), "{\"aps\":{}}");
        provider.deliver(token, Ids.of(8, 2 * i + 1), "{\"aps\":{}}");
        provider.awaitParked(Ids.of(8, 2 * i + 1));

        JsonNode page = JSON.readTree(ask(path + "/inbox?limit=1").body());
        assertThat(page.at("/notifications/0/id").asText()).isEqualTo(Ids.of(8, 2 * i));
        assertThat(page.at("/notifications/0/state").asText()).isEqualTo("waiting");
        JsonNode next = JSON.readTree(ask(page.get("next").asText()).body());
        assertThat(next.at("/notifications/0/id").asText()).isEqualTo(Ids.of(8, 2 * i + 1));
        assertThat(JSON.readTree(ask(path).body()).at("/inbox/waiting").asInt()).isEqualTo(2);
      }
    }
    assertThat(nodes).hasSize(2);
    HttpResponse<String> unknown = ask("/v1/devices/nobody-has-it");
    assertThat(unknown.statusCode()).isEqualTo(404);
  }

  private HttpResponse<String> ask(String path) throws Exception {
    URI uri = URI.create("http://" + pipeline.endpoint(TidingsService.INGEST_API, "http") + path);
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void a_node_that_is_back_within_the_session_timeout_has_its_partitions_and_no_other_has_moved()
      throws Exception {
    long acquired = acquired();
    secondProcess.terminate(Duration.ofSeconds(30));
    startSecond();

    await().atMost(PATIENCE).until(() -> open(second) == PARTITIONS / 2);
    assertThat(open(first)).isEqualTo(PARTITIONS / 2);
    assertThat(acquired()).isEqualTo(acquired);
  }

  private void startSecond() throws InterruptedException {
    secondProcess =
        ServiceProcess.start(
            TidingsService.DELIVERY_NODE.command(
                pipeline.stack(),
                Checkout.find(),
                "node-2",
                settingsOfSecond,
                ChildCommand.QUICK_START));
    second = secondProcess.awaitReady(PATIENCE);
  }

  /** Connects and leaves. Returns where to connect instead, if it is told to. */
  private static Optional<String> connect(HostPort mqtt, String serial) {
    Mqtt5BlockingClient client =
        Mqtt5Client.builder()
            .identifier(serial)
            .serverHost(mqtt.host())
            .serverPort(mqtt.port())
            .buildBlocking();
    try {
      client
          .connectWith()
          .userProperties()
          .add("tidings-redirect", "accept")
          .applyUserProperties()
          .send();
      client.disconnect();
      return Optional.empty();
    } catch (Mqtt5ConnAckException e) {
      assertThat(e.getMqttMessage().getReasonCode())
          .isEqualTo(Mqtt5ConnAckReasonCode.USE_ANOTHER_SERVER);
      return e.getMqttMessage().getServerReference().map(Object::toString);
    }
  }

  /** How often the first node has been given a partition. */
  private long acquired() throws IOException {
    Path log = pipeline.process(TidingsService.DELIVERY_NODE).log();
    return Files.readString(log, UTF_8)
        .lines()
        .filter(line -> line.contains(": acquired,"))
        .count();
  }

  private static int open(Endpoints node) throws Exception {
    return (int) metric(node, "tidings_node_partitions_open");
  }

  /** A meter's value, or the sum of those with that name and label. */
  private static double metric(Endpoints node, String name, String... labels) throws Exception {
    URI metrics = URI.create("http://" + node.get("management").local() + "/metrics");
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofLines())
          .body()
          .filter(line -> line.startsWith(name + "{"))
          .filter(line -> Stream.of(labels).allMatch(line::contains))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    }
  }

  private static String freePort() {
    return Integer.toString(Ports.free());
  }
}
