package dev.tidings.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.process.HostPort;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A device is off while everything else comes and goes, in an installation whose names in the log
 * have a prefix.
 *
 * <p>Shows G62 and G90 of docs/guarantees.md.
 */
class RestartIT {
  private static final int COUNT = 1_000;
  private static final String PREFIX = "staging.";

  @TempDir Path data;

  @Test
  void what_a_device_missed_arrives_in_order_once_each_after_every_service_was_restarted()
      throws Exception {
    List<String> sent = new ArrayList<>();
    String repeated = Ids.of(2, 0);
    String token;
    PipelineOptions options = PipelineOptions.in(data);
    for (TidingsService service : TidingsService.values()) {
      options = options.with(service, "topic.prefix", PREFIX);
    }
    try (Pipeline before = Pipeline.start(options)) {
      try (Phone phone = Phone.register(before, "off-and-on")) {
        token = phone.token();
      }
      try (Provider provider = new Provider(before)) {
        for (int i = 0; i < COUNT; i++) {
          String id = Ids.of(1, i);
          provider.deliver(token, id, "{\"aps\":{\"alert\":\"" + i + "\"}}");
          sent.add(id);
        }
      }
      assertThat(post(before, token, repeated, 1).statusCode()).isEqualTo(202);
      sent.add(repeated);
    }
    // Everything has ended, broker and registry too; the device has been off all the while.
    try (Pipeline after = Pipeline.start(options)) {
      // No client library that drops duplicates stands in between: what the wire carries counts.
      List<String> received = receiveAll(after, COUNT + 1);
      assertThat(received).containsExactlyElementsOf(sent);
      try (Provider provider = new Provider(after)) {
        provider.awaitDelivered(repeated);
      }
      HttpResponse<String> again = post(after, token, repeated, 1);
      assertThat(again.statusCode()).as(again.body()).isEqualTo(202);
      assertThat(again.headers().firstValue("idempotent-replayed")).contains("true");
      HttpResponse<String> other = post(after, token, repeated, 2);
      assertThat(other.statusCode()).as(other.body()).isEqualTo(409);
      assertThat(receiveFor(after, Duration.ofSeconds(2))).as("a second look").isEmpty();
      assertNoNameIsWithoutThePrefix(after);
    }
  }

  private static HttpResponse<String> post(Pipeline pipeline, String token, String id, int number)
      throws Exception {
    String body =
        "{\"target\":{\"token\":\"%s\"},\"app\":\"%s\",\"id\":\"%s\",\"payload\":{\"n\":%d}}"
            .formatted(token, Provider.APP, id, number);
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://"
                        + pipeline.endpoint(TidingsService.INGEST_API, "http")
                        + "/v1/notifications"))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    }
  }

  /** Another installation on this cluster and this registry would have no part in it. */
  private static void assertNoNameIsWithoutThePrefix(Pipeline pipeline) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient();
        Admin admin =
            Admin.create(Map.of("bootstrap.servers", pipeline.stack().bootstrapServers()))) {
      assertThat(admin.listTopics().names().get())
          .isNotEmpty()
          .allMatch(name -> name.startsWith(PREFIX));
      assertThat(admin.listGroups().all().get())
          .extracting(GroupListing::groupId)
          // That of the audit begins with its first commit.
          .hasSizeBetween(5, 6)
          .allMatch(name -> name.startsWith(PREFIX));
      HttpRequest subjects =
          HttpRequest.newBuilder(URI.create(pipeline.stack().registryUrl() + "/subjects")).build();
      assertThat(http.send(subjects, HttpResponse.BodyHandlers.ofString()).body())
          .startsWith("[\"" + PREFIX)
          .doesNotContain("\"tidings.");
    }
  }

  private static List<String> receiveAll(Pipeline pipeline, int count) throws Exception {
    List<String> received = new ArrayList<>();
    receive(
        pipeline,
        publishes -> {
          while (received.size() < count) {
            received.add(id(publishes.receive(60, TimeUnit.SECONDS).orElseThrow()));
          }
          // And nothing behind the last one.
          publishes.receive(1, TimeUnit.SECONDS).ifPresent(more -> received.add(id(more)));
        });
    return received;
  }

  private static List<String> receiveFor(Pipeline pipeline, Duration time) throws Exception {
    List<String> received = new ArrayList<>();
    receive(
        pipeline,
        publishes -> {
          Optional<Mqtt5Publish> next;
          while ((next = publishes.receive(time.toMillis(), TimeUnit.MILLISECONDS)).isPresent()) {
            received.add(id(next.get()));
          }
        });
    return received;
  }

  private interface Receiving {
    void from(Mqtt5BlockingClient.Mqtt5Publishes publishes) throws Exception;
  }

  private static void receive(Pipeline pipeline, Receiving receiving) throws Exception {
    HostPort mqtt = pipeline.endpoint(TidingsService.DELIVERY_NODE, "mqtt");
    Mqtt5BlockingClient client =
        Mqtt5Client.builder()
            .identifier("off-and-on")
            .serverHost(mqtt.host())
            .serverPort(mqtt.port())
            .buildBlocking();
    try (Mqtt5BlockingClient.Mqtt5Publishes publishes =
        client.publishes(MqttGlobalPublishFilter.ALL)) {
      client.connect();
      client.subscribeWith().topicFilter("tidings/#").send();
      receiving.from(publishes);
      await().until(() -> client.getState().isConnected());
      client.disconnect();
    }
  }

  private static String id(Mqtt5Publish publish) {
    return publish.getTopic().getLevels().getLast();
  }
}
