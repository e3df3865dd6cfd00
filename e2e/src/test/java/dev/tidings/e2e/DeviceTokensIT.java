package dev.tidings.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.lifecycle.MqttClientConnectedContext;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.lifecycle.Mqtt5ClientConnectedContext;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import dev.tidings.control.ControlChange;
import dev.tidings.control.ControlKind;
import dev.tidings.control.ControlWriter;
import dev.tidings.control.ControlWriter.Author;
import dev.tidings.device.DeviceOptions;
import dev.tidings.infra.device.TokenIssuer;
import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.process.ChildCommand;
import dev.tidings.infra.process.Endpoints;
import dev.tidings.infra.process.HostPort;
import dev.tidings.infra.process.ServiceProcess;
import dev.tidings.infra.stack.Checkout;
import dev.tidings.schemas.avro.App;
import dev.tidings.schemas.avro.Issuer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.service.kafka.producer.ProducerSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two delivery nodes that accept a device only with a token of its own; one of them has its schemas
 * from a registry within TLS.
 *
 * <p>Shows G91 of docs/guarantees.md.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DeviceTokensIT {
  private static final int DEVICES = 6;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** A device renews a token when most of its time has passed. */
  private static final Duration SOON_OVER = Duration.ofSeconds(10);

  private final TokenIssuer issuer = new TokenIssuer();

  private Pipeline pipeline;
  private RegistryWithinTls registry;
  private ServiceProcess second;
  private List<Endpoints> nodes;
  private Path data;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    data = directory;
    Path keys = data.resolve("keys.jwks");
    issuer.publish(keys);
    String issuers = TokenIssuer.NAME + "=" + keys;
    pipeline =
        Pipeline.start(
            PipelineOptions.in(data.resolve("stack"))
                .with(TidingsService.DELIVERY_NODE, "auth.devices", "jwt")
                .with(TidingsService.DELIVERY_NODE, "auth.devices.issuers", issuers));
    registry = new RegistryWithinTls(pipeline);
    second = startSecond(pipeline, issuers, registry);
    nodes = List.of(pipeline.endpoints(TidingsService.DELIVERY_NODE), second.awaitReady(PATIENCE));
  }

  @AfterAll
  void stop() throws Exception {
    if (second != null) {
      second.terminate(Duration.ofSeconds(20));
    }
    if (registry != null) {
      registry.close();
    }
    if (pipeline != null) {
      pipeline.close();
    }
  }

  /** Last: in the end the app is a team's whose issuer is gone. */
  @Test
  @Order(2)
  void a_device_with_its_token_is_served_at_either_node_and_without_it_at_none() throws Exception {
    notificationsArrive();
    aBroadcastToAUserReachesTheDevicesWhoseTokensNameIt();
    whatWaitedArrivesBySubscriptionsThatWereKept(nodes.getFirst().get("mqtt"));
    anIssuerComesAndGoes();
    for (Endpoints node : nodes) {
      strangersDoNot(node.get("mqtt"));
      assertThat(new Management("delivery-node", node.get("management").local()).metrics())
          .containsPattern("\ntidings_node_tokens_checked_total[{].*\"invalid\".*[}] [1-9]")
          .containsPattern("\ntidings_node_issuers_without_keys[{].*[}] 0.0");
    }
    assertThat(registry.served()).isPositive();
    assertThat(registry.refused()).isZero();
  }

  /** Within TLS: one of the two nodes is not the one of its inbox. */
  @Test
  @Order(1)
  @Tag("npm")
  void the_javascript_client_renews_its_token_and_follows_to_the_node_of_its_inbox()
      throws Exception {
    String serial = "in-a-browser";
    Path tokens = data.resolve("tokens");
    try (Provider provider = new Provider(pipeline)) {
      for (Endpoints node : nodes) {
        Files.write(
            tokens,
            List.of(
                issuer.token(serial, Instant.now().plus(SOON_OVER)),
                issuer.token(serial, Instant.now().plusSeconds(3600))));
        try (JavaScriptDevice device =
            JavaScriptDevice.startProven(
                node.get("wss"),
                serial,
                data.resolve("kept.json"),
                pipeline.stack().certificates().ca(),
                tokens)) {
          await().atMost(PATIENCE).until(() -> device.tokensAskedFor() > 1);
          String id = Ids.of(17, nodes.indexOf(node));
          provider.deliver(device.token(), id, "{\"aps\":{\"alert\":\"17\"}}");
          device.awaitHandled(1);
          assertThat(device.handled()).containsExactly(id);
          provider.awaitDelivered(id);
        }
      }
    }
    assertThat(nodes)
        .anySatisfy(node -> {
          assertThat(new Management("delivery-node", node.get("management").local()).metrics())
              .containsPattern(
                  "\ntidings_node_mqtt_connects_total[{].*\"another-server\".*[}] [1-9]");
        });
  }

  private void notificationsArrive() throws Exception {
    List<Phone> phones = new ArrayList<>();
    try (Provider provider = new Provider(pipeline)) {
      for (int i = 0; i < DEVICES; i++) {
        HostPort mqtt = nodes.get(i % nodes.size()).get("mqtt");
        Phone phone =
            Phone.register(
                DeviceOptions.builder(mqtt.host(), mqtt.port(), serial(i))
                    .password(issuer.token(serial(i), Instant.now().plusSeconds(3600)))
                    .redirects(false));
        phones.add(phone);
        provider.deliver(phone.token(), Ids.of(14, i), "{\"aps\":{\"alert\":\"" + i + "\"}}");
      }
      for (int i = 0; i < DEVICES; i++) {
        Phone phone = phones.get(i);
        await().atMost(PATIENCE).until(() -> phone.shown().size() == 1);
        assertThat(phone.shown()).containsExactly(Ids.of(14, i));
      }
    } finally {
      phones.forEach(Phone::close);
    }
  }

  /** And none of another user, or without one. */
  private void aBroadcastToAUserReachesTheDevicesWhoseTokensNameIt() throws Exception {
    Instant soon = Instant.now().plusSeconds(3600);
    HostPort here = nodes.getFirst().get("mqtt");
    HostPort there = nodes.getLast().get("mqtt");
    try (Phone anna = ofUser(here, "of-anna", issuer.token("of-anna", "anna", soon));
        Phone second = ofUser(there, "of-anna-2", issuer.token("of-anna-2", "anna", soon));
        Phone bert = ofUser(here, "of-bert", issuer.token("of-bert", "bert", soon));
        Phone nobody = ofUser(there, "of-nobody", issuer.token("of-nobody", soon));
        MixedRequests provider = new MixedRequests(pipeline, "user:anna")) {
      AtomicInteger tries = new AtomicInteger();
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> {
            provider.broadcast(Ids.of(18, tries.getAndIncrement()));
            return !anna.shown().isEmpty() && !second.shown().isEmpty();
          });
      assertThat(bert.shown()).isEmpty();
      assertThat(nobody.shown()).isEmpty();
    }
  }

  private static Phone ofUser(HostPort mqtt, String serial, String token) throws Exception {
    return Phone.register(
        DeviceOptions.builder(mqtt.host(), mqtt.port(), serial).password(token).redirects(false));
  }

  /** By MQTT 5's enhanced authentication, with a client that nobody here wrote. */
  private void whatWaitedArrivesBySubscriptionsThatWereKept(HostPort mqtt) throws Exception {
    String serial = serial(DEVICES);
    String jwt = issuer.token(serial, Instant.now().plusSeconds(3600));
    String token;
    try (Phone phone =
        Phone.register(
            DeviceOptions.builder(mqtt.host(), mqtt.port(), serial)
                .password(jwt)
                .redirects(false))) {
      token = phone.token();
    }
    List<String> received = new CopyOnWriteArrayList<>();
    List<Boolean> kept = new CopyOnWriteArrayList<>();
    try (Provider provider = new Provider(pipeline);
        CutLine line = new CutLine(mqtt)) {
      Mqtt5AsyncClient client =
          MqttClient.builder()
              .useMqttVersion5()
              .identifier(serial)
              .serverHost(line.address().host())
              .serverPort(line.address().port())
              .enhancedAuth(new TokenMechanism(jwt))
              .automaticReconnect()
              .initialDelay(500, TimeUnit.MILLISECONDS)
              .maxDelay(2, TimeUnit.SECONDS)
              .applyAutomaticReconnect()
              .addConnectedListener(context -> kept.add(isSessionPresent(context)))
              .buildAsync();
      client
          .connectWith()
          .cleanStart(false)
          .sessionExpiryInterval(3600)
          .send()
          .get(30, TimeUnit.SECONDS);
      client
          .subscribeWith()
          .topicFilter("tidings/#")
          .qos(MqttQos.AT_LEAST_ONCE)
          .callback(publish -> received.add(publish.getTopic().toString()))
          .send()
          .get(30, TimeUnit.SECONDS);
      line.cut();
      String id = Ids.of(15, 0);
      provider.deliver(token, id, "{\"aps\":{\"alert\":\"15\"}}");
      provider.awaitParked(id);
      line.mend();

      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(received).anyMatch(topic -> topic.endsWith(id)));
      assertThat(kept.subList(1, kept.size())).isNotEmpty().containsOnly(true);
      client.disconnect().get(30, TimeUnit.SECONDS);
    }
  }

  private static boolean isSessionPresent(MqttClientConnectedContext context) {
    return ((Mqtt5ClientConnectedContext) context).getConnAck().isSessionPresent();
  }

  /** Each device is served by one of the nodes, be it the one that it comes to or the other. */
  private void anIssuerComesAndGoes() throws Exception {
    String name = "https://id.team.example";
    TokenIssuer team = new TokenIssuer(name);
    Path keys = data.resolve("team.jwks");
    team.publish(keys);
    Issuer entry =
        new Issuer("TEAM567890", null, Files.readString(keys), null, null, Instant.EPOCH);
    change(ControlChange.put(ControlKind.ISSUER, name, entry, "issuer create"));
    List<Mqtt5BlockingClient> devices = new ArrayList<>();
    for (int i = 0; i < DEVICES; i++) {
      HostPort mqtt = nodes.get(i % nodes.size()).get("mqtt");
      String serial = "of-team-" + i;
      String token = team.token(serial, Instant.now().plusSeconds(3600));
      await()
          .atMost(PATIENCE)
          .ignoreException(Mqtt5ConnAckException.class)
          .untilAsserted(() -> {
            Mqtt5BlockingClient device = client(mqtt, serial, token);
            device.connect();
            devices.add(device);
          });
    }

    receivesForTheAppsOfItsTeam(team);
    change(ControlChange.remove(ControlKind.ISSUER, name, "issuer delete"));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(devices).noneMatch(device -> device.getState().isConnected()));
    for (Endpoints node : nodes) {
      assertThat(
              refusal(
                  node.get("mqtt"),
                  "of-team-0",
                  team.token("of-team-0", Instant.now().plusSeconds(3600))))
          .isEqualTo(Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD);
      assertThat(new Management("delivery-node", node.get("management").local()).metrics())
          .containsPattern("\ntidings_node_control_lag[{].*[}] 0.0")
          .containsPattern("\ntidings_node_control_waiting[{].*[}] 0.0")
          .containsPattern("\ntidings_node_control_unreadable_total[{].*[}] 0.0")
          .containsPattern("\ntidings_node_control_reloads_total[{].*[}] 0.0");
    }
  }

  /** A device of the other issuer has registered an app, which becomes the team's only later. */
  private void receivesForTheAppsOfItsTeam(TokenIssuer team) throws Exception {
    String serial = "of-both";
    HostPort mqtt = nodes.getFirst().get("mqtt");
    String token;
    try (Phone phone = Phone.register(options(mqtt, serial, issuer))) {
      token = phone.token();
    }
    try (Provider provider = new Provider(pipeline);
        Phone phone = Phone.connect(options(mqtt, serial, team))) {
      String before = Ids.of(16, 0);
      provider.deliver(token, before, "{\"aps\":{\"alert\":\"16\"}}");
      provider.awaitParked(before);
      assertThat(phone.shown()).isEmpty();

      change(
          ControlChange.put(
              ControlKind.APP, Provider.APP, new App("TEAM567890"), "app add: team TEAM567890"));
      await().atMost(PATIENCE).until(() -> phone.shown().equals(List.of(before)));
    }
  }

  private static DeviceOptions.Builder options(HostPort mqtt, String serial, TokenIssuer issuer) {
    return DeviceOptions.builder(mqtt.host(), mqtt.port(), serial)
        .password(issuer.token(serial, Instant.now().plusSeconds(3600)))
        .redirects(false);
  }

  private void change(ControlChange<?> change) throws Exception {
    try (RegistryClient registry =
            new RegistryClient(
                RegistryConfig.of(Map.of(RegistryConfig.URL, pipeline.stack().registryUrl())));
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", pipeline.stack().bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      new ControlWriter(
              ProducerSource.always(producer), registry, TopicNames.PLAIN, InstantSource.system())
          .write(new Author("test", "test"), change);
    }
  }

  private void strangersDoNot(HostPort mqtt) throws Exception {
    for (int i = 0; i < DEVICES; i++) {
      assertThat(refusal(mqtt, serial(i), "secret"))
          .isEqualTo(Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD);
      assertThat(refusal(mqtt, serial(i), issuer.token("other", Instant.now().plusSeconds(3600))))
          .isEqualTo(Mqtt5ConnAckReasonCode.NOT_AUTHORIZED);
    }
  }

  /** Asks for a redirect too: a stranger is not even told where the inbox is. */
  private static Mqtt5ConnAckReasonCode refusal(HostPort mqtt, String serial, String password) {
    Mqtt5BlockingClient client = client(mqtt, serial, password);
    return catchThrowableOfType(
            Mqtt5ConnAckException.class,
            () ->
                client
                    .connectWith()
                    .userProperties()
                    .add("tidings-redirect", "accept")
                    .applyUserProperties()
                    .send())
        .getMqttMessage()
        .getReasonCode();
  }

  private static Mqtt5BlockingClient client(HostPort mqtt, String serial, String password) {
    return Mqtt5Client.builder()
        .identifier(serial)
        .serverHost(mqtt.host())
        .serverPort(mqtt.port())
        .simpleAuth()
        .username("device")
        .password(password.getBytes(StandardCharsets.UTF_8))
        .applySimpleAuth()
        .buildBlocking();
  }

  private static String serial(int number) {
    return "with-token-" + number;
  }

  /** Its registry wants TLS and a password, as many in companies do. */
  private static ServiceProcess startSecond(
      Pipeline pipeline, String issuers, RegistryWithinTls registry) {
    Map<String, String> settings = new HashMap<>(registry.settings());
    settings.put("auth.devices", "jwt");
    settings.put("auth.devices.issuers", issuers);
    for (String port : List.of("internal", "mqtt", "mqtt.tls", "mqtt.ws", "mqtt.wss")) {
      settings.put(port + ".port", "0");
    }
    settings.put("management.port", "0");
    return ServiceProcess.start(
        TidingsService.DELIVERY_NODE.command(
            pipeline.stack(), Checkout.find(), "node-2", settings, ChildCommand.QUICK_START));
  }
}
