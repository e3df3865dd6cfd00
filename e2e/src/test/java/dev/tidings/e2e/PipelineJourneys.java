package dev.tidings.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.ApnsClientBuilder;
import com.eatthepath.pushy.apns.PushNotificationResponse;
import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.tidings.device.DeviceClient;
import dev.tidings.device.DeviceOptions;
import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.process.HostPort;
import dev.tidings.provider.SendAnswer;
import dev.tidings.provider.Trace;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.registry.AvroSerializer;
import java.io.File;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What has to work whatever the pipeline runs on: real processes, real clients, one notification.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PipelineJourneys {
  private static final String PAYLOAD =
      "{\"aps\": {\"alert\":{\"title\":\"Grüße\",\"body\":\"ünïcode ☃\"},\"badge\":3}, \"x\" : [1,"
          + " 2]}";

  private Pipeline pipeline;
  private Provider provider;

  /** How the pipeline is to be started; what it needs besides has to run by then. */
  abstract PipelineOptions options(Path directory) throws Exception;

  /** The settings with which a provider writes to Kafka itself. */
  abstract Map<String, String> providersClient(Pipeline running);

  final Pipeline pipeline() {
    return pipeline;
  }

  final Provider provider() {
    return provider;
  }

  @BeforeAll
  void start(@TempDir Path data) throws Exception {
    pipeline = Pipeline.start(options(data));
    provider = new Provider(pipeline);
  }

  @AfterAll
  void stop() {
    if (provider != null) {
      provider.close();
    }
    if (pipeline != null) {
      pipeline.close();
    }
  }

  @Test
  void a_notification_reaches_the_phone_and_its_trace_tells_every_step() throws Exception {
    try (Phone phone = Phone.register(pipeline, "journey")) {
      String id = UUID.randomUUID().toString();

      provider.deliver(phone.token(), id, PAYLOAD);

      await().until(() -> phone.shown().equals(List.of(id)));
      Trace trace = provider.awaitDelivered(id);
      assertThat(trace.steps())
          .extracting(Trace.Step::name)
          .containsExactly("accepted", "resolved", "pushed", "confirmed");
      assertThat(trace.steps()).extracting(Trace.Step::at).isSorted();
      assertThat(trace.steps())
          .extracting(Trace.Step::where)
          .containsExactly("ingest-api", "streams-processor", "delivery-node", "delivery-node");
    }
  }

  @Test
  void what_is_sent_over_rest_reaches_the_phone_one_and_thousands_in_one_request()
      throws Exception {
    int count = 2_000;
    try (Phone phone = Phone.register(pipeline, "rest");
        HttpClient http = HttpClient.newHttpClient()) {
      List<String> ids =
          Stream.generate(() -> UUID.randomUUID().toString()).limit(count + 1).toList();

      HttpResponse<String> one =
          http.send(
              rest("application/json", json(phone.token(), ids.getFirst())),
              BodyHandlers.ofString());

      assertThat(one.statusCode()).as(one.body()).isEqualTo(202);
      String lines =
          ids.stream()
              .skip(1)
              .map(id -> json(phone.token(), id) + "\n")
              .collect(Collectors.joining());
      HttpResponse<String> many =
          http.send(rest("application/x-ndjson", lines), BodyHandlers.ofString());
      assertThat(many.statusCode()).isEqualTo(200);
      assertThat(many.body().lines())
          .hasSize(count)
          .allMatch(line -> line.contains("\"status\":202"));
      await().atMost(30, TimeUnit.SECONDS).until(() -> phone.shown().size() > count);
      assertThat(phone.shown()).isEqualTo(ids);
    }
  }

  private HttpRequest rest(String mediaType, String body) {
    return HttpRequest.newBuilder(
            URI.create(
                "http://"
                    + pipeline.endpoint(TidingsService.INGEST_API, "http")
                    + "/v1/notifications"))
        .header("content-type", mediaType)
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  private static String json(String token, String id) {
    return "{\"target\":{\"token\":\"%s\"},\"app\":\"%s\",\"id\":\"%s\",\"payload\":%s}"
        .formatted(token, Provider.APP, id, PAYLOAD);
  }

  @Test
  void a_record_produced_straight_to_kafka_under_confluents_names_reaches_the_phone()
      throws Exception {
    String id = UUID.randomUUID().toString();
    try (Phone phone = Phone.register(pipeline, "from-kafka");
        KafkaProducer<String, Notification> kafka = kafkaProvider()) {
      Notification notification =
          Notification.newBuilder()
              .setId(id)
              .setApp(Provider.APP)
              .setPayload(ByteBuffer.wrap(PAYLOAD.getBytes(StandardCharsets.UTF_8)))
              .build();

      kafka
          .send(new ProducerRecord<>("tidings.notifications", phone.token(), notification))
          .get(60, TimeUnit.SECONDS);

      await().until(() -> phone.shown().equals(List.of(id)));
      provider.awaitDelivered(id);
    }
  }

  private KafkaProducer<String, Notification> kafkaProvider() {
    Properties settings = new Properties();
    settings.putAll(providersClient(pipeline));
    settings.put("key.serializer", StringSerializer.class.getName());
    settings.put("value.serializer", AvroSerializer.class.getName());
    settings.put("schema.registry.url", pipeline.stack().registryUrl());
    settings.put("auto.register.schemas", "false");
    return new KafkaProducer<>(settings);
  }

  private static void schedule(
      KafkaProducer<String, Notification> kafka, Phone phone, String id, long due)
      throws Exception {
    Notification notification =
        Notification.newBuilder()
            .setId(id)
            .setApp(Provider.APP)
            .setPayload(ByteBuffer.wrap(PAYLOAD.getBytes(StandardCharsets.UTF_8)))
            .setDeliverAt(due)
            .build();
    kafka
        .send(new ProducerRecord<>("tidings.notifications", phone.token(), notification))
        .get(60, TimeUnit.SECONDS);
  }

  @Test
  void what_is_scheduled_comes_at_its_time_and_what_is_withdrawn_before_never() throws Exception {
    String id = UUID.randomUUID().toString();
    String withdrawn = UUID.randomUUID().toString();
    try (Phone phone = Phone.register(pipeline, "later");
        KafkaProducer<String, Notification> kafka = kafkaProvider()) {
      schedule(kafka, phone, withdrawn, System.currentTimeMillis() + 3_600_000);
      assertThat(provider.awaitStep(withdrawn, "scheduled").outcome()).isEqualTo("pending");
      // Long enough to be read before, now that all that is slow the first time is done.
      long due = System.currentTimeMillis() + 10_000;
      schedule(kafka, phone, id, due);

      assertThat(provider.withdraw(withdrawn)).contains(withdrawn);

      assertThat(provider.awaitStep(withdrawn, "withdrawn").outcome()).isEqualTo("withdrawn");
      // As long as the offset behind it is not committed, it may be withdrawn once more.
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> provider.withdraw(withdrawn).contains("\"withdrawn\":0"));
      Trace trace = provider.awaitDelivered(id);
      assertThat(trace.steps())
          .extracting(Trace.Step::name)
          .containsExactly("accepted", "scheduled", "resolved", "pushed", "confirmed");
      assertThat(trace.steps().get(2).at().toEpochMilli()).isGreaterThanOrEqualTo(due);
      assertThat(phone.shown()).containsExactly(id);
    }
  }

  @Test
  void what_is_withdrawn_leaves_the_inbox_and_who_has_got_it_is_told_when_it_is_back()
      throws Exception {
    String confirmed = UUID.randomUUID().toString();
    String waits = UUID.randomUUID().toString();
    String serial = "regrets";
    String token;
    try (Phone phone = Phone.register(pipeline, serial)) {
      token = phone.token();
      provider.deliver(token, confirmed, PAYLOAD);
      provider.awaitDelivered(confirmed);
    }
    provider.deliver(token, waits, PAYLOAD);
    assertThat(provider.awaitStep(waits, "parked").outcome()).isEqualTo("pending");

    assertThat(provider.withdraw(waits)).contains("\"withdrawn\":1,\"told\":0");
    assertThat(provider.withdraw(confirmed)).contains(confirmed);

    assertThat(provider.awaitStep(waits, "withdrawn").outcome()).isEqualTo("withdrawn");
    assertThat(provider.awaitStep(confirmed, "withdrawn").outcome()).isEqualTo("delivered");
    try (Phone phone = Phone.connect(pipeline, serial)) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> phone.withdrawn().equals(List.of(confirmed)));
      assertThat(phone.shown()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "311"})
  @Tag("mosquitto")
  void mosquitto_sub_as_the_device_gets_the_payload_byte_for_byte(String version) throws Exception {
    String serial = "mosquitto-" + version;
    String token;
    try (Phone phone = Phone.register(pipeline, serial)) {
      token = phone.token();
    }
    String id = UUID.randomUUID().toString();
    provider.deliver(token, id, PAYLOAD);
    HostPort mqtt = pipeline.endpoint(TidingsService.DELIVERY_NODE, "mqtt");

    Process mosquitto =
        new ProcessBuilder(
                List.of(
                    "mosquitto_sub",
                    "-V",
                    version,
                    "-i",
                    serial,
                    "-h",
                    mqtt.host(),
                    "-p",
                    Integer.toString(mqtt.port()),
                    "-t",
                    "tidings/#",
                    "-q",
                    "1",
                    "-C",
                    "1",
                    "-W",
                    "20",
                    "-v"))
            .redirectErrorStream(true)
            .start();
    String output =
        new String(mosquitto.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();

    assertThat(mosquitto.waitFor()).as(output).isZero();
    assertThat(output).isEqualTo("tidings/" + Provider.APP + "/" + id + " " + PAYLOAD);
    provider.awaitDelivered(id);
  }

  @Test
  void a_client_over_websocket_gets_what_it_missed_in_order() throws Exception {
    String token;
    try (Phone phone = Phone.register(pipeline, "web")) {
      token = phone.token();
    }
    List<String> ids = List.of(Ids.of(3, 1), Ids.of(3, 2), Ids.of(3, 3));
    for (String id : ids) {
      provider.deliver(token, id, PAYLOAD);
    }
    HostPort ws = pipeline.endpoint(TidingsService.DELIVERY_NODE, "ws");
    Mqtt5BlockingClient client =
        Mqtt5Client.builder()
            .identifier("web")
            .serverHost(ws.host())
            .serverPort(ws.port())
            .webSocketConfig()
            .serverPath("mqtt")
            .applyWebSocketConfig()
            .buildBlocking();
    try (Mqtt5BlockingClient.Mqtt5Publishes publishes =
        client.publishes(MqttGlobalPublishFilter.ALL)) {
      client.connect();
      client.subscribeWith().topicFilter("tidings/#").send();
      for (String id : ids) {
        Optional<Mqtt5Publish> publish = publishes.receive(60, TimeUnit.SECONDS);
        assertThat(publish).isPresent();
        assertThat(publish.get().getTopic().toString())
            .isEqualTo("tidings/" + Provider.APP + "/" + id);
        assertThat(publish.get().getPayloadAsBytes())
            .isEqualTo(PAYLOAD.getBytes(StandardCharsets.UTF_8));
      }
      client.disconnect();
    }
  }

  @Test
  void an_apns_library_told_nothing_but_another_host_and_whom_to_trust_delivers() throws Exception {
    File ca = pipeline.stack().certificates().ca().toFile();
    KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
    keys.initialize(new ECGenParameterSpec("secp256r1"));
    ApnsClient apns =
        new ApnsClientBuilder()
            .setApnsServer(
                "127.0.0.1", pipeline.endpoint(TidingsService.INGEST_API, "https").port())
            .setTrustedServerCertificateChain(ca)
            .setSigningKey(
                new ApnsSigningKey(
                    "KEYKEYKEY1", "TEAMTEAM01", (ECPrivateKey) keys.generateKeyPair().getPrivate()))
            .build();
    try (Phone phone = Phone.register(pipeline, "from-pushy")) {
      PushNotificationResponse<SimpleApnsPushNotification> response =
          apns.sendNotification(
                  new SimpleApnsPushNotification(phone.token(), Provider.APP, PAYLOAD))
              .get(60, TimeUnit.SECONDS);

      assertThat(response.isAccepted()).isTrue();
      String id = response.getApnsId().toString();
      await().until(() -> phone.shown().equals(List.of(id)));
    } finally {
      apns.close().get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void a_token_is_refused_for_another_app_and_once_it_is_given_back() throws Exception {
    HostPort mqtt = pipeline.endpoint(TidingsService.DELIVERY_NODE, "mqtt");
    try (DeviceClient device =
        new DeviceClient(DeviceOptions.of(mqtt.host(), mqtt.port(), "leaving"), n -> {})) {
      device.connect().get(60, TimeUnit.SECONDS);
      String other = device.register("com.example.other").get(60, TimeUnit.SECONDS);
      assertThat(provider.send(other, UUID.randomUUID().toString(), PAYLOAD))
          .isEqualTo(new SendAnswer.Rejected(400, "DeviceTokenNotForTopic"));

      String token = device.register(Provider.APP).get(60, TimeUnit.SECONDS);
      assertThat(device.register(Provider.APP).get(60, TimeUnit.SECONDS)).isEqualTo(token);
      device.unregister(Provider.APP).get(60, TimeUnit.SECONDS);

      await()
          .atMost(Duration.ofSeconds(60))
          .until(() ->
              provider
                  .send(token, UUID.randomUUID().toString(), PAYLOAD)
                  .equals(new SendAnswer.Rejected(410, "Unregistered")));
      String next = device.register(Provider.APP).get(60, TimeUnit.SECONDS);
      assertThat(next).isNotEqualTo(token);
      provider.deliver(next, UUID.randomUUID().toString(), PAYLOAD);
    }
  }

  @Test
  void an_erased_device_gets_nothing_of_before_and_a_receipt_tells_that_it_is_done()
      throws Exception {
    String token;
    try (Phone phone = Phone.register(pipeline, "erased")) {
      token = phone.token();
    }
    String before = UUID.randomUUID().toString();
    provider.deliver(token, before, PAYLOAD);
    provider.awaitParked(before);

    String path =
        ask("DELETE", "/v1/devices/erased").headers().firstValue("location").orElseThrow();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> ask("GET", path).body().contains("\"state\":\"done\""));

    assertThat(ask("GET", path).body())
        .contains("{\"step\":\"registrations\"", "{\"step\":\"notifications\"");
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() ->
            ask("GET", "/v1/notifications/" + before)
                .body()
                .contains("\"why\":\"erased with the device's data\""));
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() ->
            provider
                .send(token, UUID.randomUUID().toString(), PAYLOAD)
                .equals(new SendAnswer.Rejected(410, "Unregistered")));
    try (Phone phone = Phone.register(pipeline, "erased")) {
      assertThat(phone.token()).isNotEqualTo(token);
      String after = UUID.randomUUID().toString();
      provider.deliver(phone.token(), after, PAYLOAD);
      await().until(() -> phone.shown().equals(List.of(after)));
    }
  }

  private HttpResponse<String> ask(String method, String path) throws Exception {
    HostPort http = pipeline.endpoint(TidingsService.INGEST_API, "http");
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://" + http + path))
              .method(method, HttpRequest.BodyPublishers.noBody())
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void a_forged_token_is_refused_and_never_reaches_the_log() throws Exception {
    assertThat(provider.send("ab".repeat(32), UUID.randomUUID().toString(), PAYLOAD))
        .isEqualTo(new SendAnswer.Rejected(400, "BadDeviceToken"));
  }
}
