package dev.tidings.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.infra.cli.broadcast.BroadcastCommand;
import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.process.HostPort;
import dev.tidings.schemas.topic.ConsumerGroups;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/**
 * The journeys on the local stack.
 *
 * <p>Shows G105, G106, G120, G143 and G201 of docs/guarantees.md.
 */
class PipelineIT extends PipelineJourneys {
  private static final String BROADCASTS_APP = "com.example.matches";
  private static final String TWO_CHANGES =
      "\ntidings_node_topic_changes_total[{].*\"done\".*[}] 2";

  @Override
  PipelineOptions options(Path directory) {
    return PipelineOptions.in(directory);
  }

  @Override
  Map<String, String> providersClient(Pipeline running) {
    return Map.of("bootstrap.servers", running.stack().bootstrapServers());
  }

  @Test
  void a_broadcast_reaches_all_who_have_joined_although_the_processor_is_killed() throws Exception {
    String id = UUID.randomUUID().toString();
    try (Fan home = new Fan("fan-home");
        Fan away = new Fan("fan-away");
        Fan other = new Fan("fan-of-others")) {
      home.asks("subscribe", "goals");
      other.asks("subscribe", "scores");
      other.asks("subscribe", "goals");
      // Of one the provider has it join, of one leave.
      assertThat(subscriber("PUT", away)).isEqualTo(202);
      assertThat(subscriber("DELETE", other)).isEqualTo(202);
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(metricsOfNode()).containsPattern(TWO_CHANGES));
      awaitMembershipsCommitted();

      pipeline().process(TidingsService.STREAMS_PROCESSOR).kill();
      HttpResponse<String> sent =
          provider(
              "POST",
              "/v1/notifications",
              """
              {"target":{"topic":"goals"},"app":"%s","id":"%s","payload":{"aps":{"alert":"1:0"}}}
              """
                  .formatted(BROADCASTS_APP, id));
      assertThat(sent.statusCode()).as(sent::body).isEqualTo(202);
      String progress = sent.headers().firstValue("location").orElseThrow();
      assertThat(provider("GET", progress, "").body()).contains("\"state\":\"waiting\"");
      pipeline().restart(TidingsService.STREAMS_PROCESSOR);

      String arrived = "tidings/" + BROADCASTS_APP + "/" + id + " {\"aps\":{\"alert\":";
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() ->
              assertThat(List.of(home, away))
                  .allSatisfy(fan ->
                      assertThat(fan.received).anyMatch(message -> message.startsWith(arrived))));
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() ->
              assertThat(broadcast("show", id))
                  .contains("completed", "2 sent")
                  .doesNotContain("running", "waiting"));
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() ->
              assertThat(provider("GET", progress, "").body())
                  .contains("\"state\":\"completed\"", "\"sent\":2", "\"total\":2"));
      assertThat(other.received).noneMatch(message -> message.contains(id));
    }
  }

  private int subscriber(String method, Fan fan) throws Exception {
    return provider(
            method,
            "/v1/topics/goals/subscribers?app=" + BROADCASTS_APP,
            "{\"token\":\"%s\"}".formatted(fan.token()))
        .statusCode();
  }

  private String metricsOfNode() {
    return new Management(
            "delivery-node", pipeline().endpoint(TidingsService.DELIVERY_NODE, "management"))
        .metrics();
  }

  /** With a real node: a device that is away is waited for. */
  @Test
  void a_provider_has_a_device_sent_again_what_it_had() throws Exception {
    String token;
    try (Phone phone = Phone.register(pipeline(), "replayed")) {
      token = phone.token();
    }
    HostPort mqtt = pipeline().endpoint(TidingsService.DELIVERY_NODE, "mqtt");
    List<String> sent = new ArrayList<>();
    try (HistoryDevice device = HistoryDevice.connect(mqtt, "replayed")) {
      for (int i = 0; i < 5; i++) {
        String body = "{\"target\":{\"token\":\"%s\"},\"app\":\"%s\",\"payload\":{\"n\":%d}}";
        HttpResponse<String> answer =
            provider("POST", "/v1/notifications", body.formatted(token, Provider.APP, i));
        sent.add(answer.body().replaceAll(".*\"id\":\"([^\"]*)\".*", "$1"));
      }
      await().atMost(Duration.ofSeconds(60)).until(() -> device.live().equals(sent));
    }

    String path = "/v1/devices/replayed/replay";
    assertThat(provider("POST", path, "{\"from\":0}").body())
        .contains("\"state\":\"completed\"", "\"count\":5", "\"devices\":1", "\"away\":5");
    HttpResponse<String> real = provider("POST", path, "{\"from\":0,\"dryRun\":false}");
    assertThat(real.statusCode()).isEqualTo(202);
    String progress = real.headers().firstValue("location").orElseThrow();

    try (HistoryDevice device = HistoryDevice.connect(mqtt, "replayed")) {
      assertThat(device.replayed(5)).isEqualTo(sent);
      assertThat(device.live()).isEmpty();
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> provider("GET", progress, "").body().contains("\"state\":\"completed\""));
      assertThat(provider("GET", progress, "").body()).contains("\"sent\":5");
      device.forget();

      String all = "/v1/apps/%s/replay".formatted(Provider.APP);
      provider("POST", all, "{\"from\":0,\"dryRun\":false}");
      assertThat(device.replayed(5)).isEqualTo(sent);
    }
  }

  private HttpResponse<String> provider(String method, String path, String body) throws Exception {
    HostPort http = pipeline().endpoint(TidingsService.INGEST_API, "http");
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://" + http.host() + ":" + http.port() + path))
              .header("content-type", "application/json")
              .method(method, HttpRequest.BodyPublishers.ofString(body))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  /** A process that takes over begins with what was committed of them. */
  private void awaitMembershipsCommitted() {
    String topic = TopicNames.PLAIN.of(LogTopics.SUBSCRIPTIONS);
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", pipeline().stack().bootstrapServers()))) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> {
            Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
            int partitions =
                admin
                    .describeTopics(List.of(topic))
                    .allTopicNames()
                    .get()
                    .get(topic)
                    .partitions()
                    .size();
            for (int i = 0; i < partitions; i++) {
              latest.put(new TopicPartition(topic, i), OffsetSpec.latest());
            }
            var committed =
                admin
                    .listConsumerGroupOffsets(ConsumerGroups.STREAMS_PROCESSOR)
                    .partitionsToOffsetAndMetadata()
                    .get();
            return admin.listOffsets(latest).all().get().entrySet().stream()
                .allMatch(end ->
                    end.getValue().offset() == 0
                        || (committed.get(end.getKey()) != null
                            && committed.get(end.getKey()).offset() >= end.getValue().offset()));
          });
    }
  }

  private String broadcast(String... arguments) {
    StringWriter out = new StringWriter();
    CommandLine command = new CommandLine(new BroadcastCommand()).setOut(new PrintWriter(out));
    String[] all = Arrays.copyOf(arguments, arguments.length + 4);
    all[arguments.length] = "--bootstrap-servers";
    all[arguments.length + 1] = pipeline().stack().bootstrapServers();
    all[arguments.length + 2] = "--schema-registry-url";
    all[arguments.length + 3] = pipeline().stack().registryUrl();
    assertThat(command.execute(all)).isZero();
    return out.toString();
  }

  /** A device with a client that knows nothing of Tidings. */
  private final class Fan implements AutoCloseable {
    final List<String> received = new CopyOnWriteArrayList<>();
    private final MqttClient client;

    Fan(String serial) throws MqttException {
      HostPort mqtt = pipeline().endpoint(TidingsService.DELIVERY_NODE, "mqtt");
      String uri = "tcp://" + mqtt.host() + ":" + mqtt.port();
      client = new MqttClient(uri, serial, new MemoryPersistence());
      client.connect();
      client.subscribe(
          "tidings/#",
          1,
          (topic, message) -> received.add(topic + " " + new String(message.getPayload(), UTF_8)));
      client.subscribe(
          "$tidings/#",
          (topic, message) -> received.add(topic + " " + new String(message.getPayload(), UTF_8)));
      asks("register", "");
    }

    /** Asks and waits until that is answered. */
    void asks(String what, String topic) throws MqttException {
      String request =
          topic.isEmpty()
              ? "{\"app\":\"%s\"}".formatted(BROADCASTS_APP)
              : "{\"app\":\"%s\",\"topic\":\"%s\"}".formatted(BROADCASTS_APP, topic);
      String answer = "$tidings/" + what + (what.endsWith("e") ? "d" : "ed");
      client.publish("$tidings/" + what, request.getBytes(UTF_8), 1, false);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() ->
              received.stream()
                  .anyMatch(message ->
                      message.startsWith(answer + " {")
                          && message.contains(topic)
                          && !message.contains("error")));
    }

    String token() {
      return received.stream()
          .filter(message -> message.startsWith("$tidings/registered "))
          .map(message -> message.replaceAll(".*\"token\":\"([0-9a-f]{64})\".*", "$1"))
          .findFirst()
          .orElseThrow();
    }

    @Override
    public void close() throws MqttException {
      client.disconnectForcibly(0, 1_000);
      client.close();
    }
  }
}
