package dev.tidings.node.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientState;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3ConnAckException;
import com.hivemq.client.mqtt.mqtt3.message.connect.connack.Mqtt3ConnAckReturnCode;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import dev.tidings.auth.device.jwt.IssuerSetting;
import dev.tidings.auth.device.jwt.JwtDevicesService;
import dev.tidings.auth.device.jwt.JwtSettings;
import dev.tidings.node.mqtt.Deliveries;
import dev.tidings.node.mqtt.FakeDirectory;
import dev.tidings.node.mqtt.FakeRegistrar;
import dev.tidings.node.session.SessionKeeper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients nobody here wrote, with a token for a password, against the front over real sockets. */
@Timeout(60)
final class DeviceTokensInteropIT {
  @TempDir private Path directoryOfKeys;

  private final FakeDirectory directory = new FakeDirectory();
  private final FakeRegistrar registrar = new FakeRegistrar();
  private final TokenIssuer issuer;
  private JwtDevicesService tokens;
  private MqttFront front;

  DeviceTokensInteropIT() throws Exception {
    issuer = new TokenIssuer();
  }

  @BeforeEach
  void start() throws Exception {
    Path file = directoryOfKeys.resolve("keys.jwks");
    issuer.publish(file);
    tokens =
        JwtDevicesService.start(
            new JwtSettings(
                List.of(IssuerSetting.read(TokenIssuer.NAME + "=" + file, Set.of())),
                Optional.empty(),
                Set.of()),
            InstantSource.system());
    front =
        new MqttFront(
            Fronts.settings(),
            Loops.of(1, new SimpleMeterRegistry()),
            Optional.empty(),
            Optional.empty(),
            tokens.devices(),
            directory,
            registrar,
            SessionKeeper.none(),
            InstantSource.system(),
            new SimpleMeterRegistry());
    front.start();
  }

  @AfterEach
  void close() throws Exception {
    front.close(Duration.ofSeconds(5));
    tokens.close();
  }

  private static Instant inAnHour() {
    return Instant.now().plusSeconds(3600);
  }

  private Mqtt5BlockingClient hivemq5(String serial, String token) {
    return MqttClient.builder()
        .useMqttVersion5()
        .identifier(serial)
        .serverHost("127.0.0.1")
        .serverPort(front.tcpPort())
        .simpleAuth()
        .username("device")
        .password(token.getBytes(UTF_8))
        .applySimpleAuth()
        .buildBlocking();
  }

  private Mqtt3BlockingClient hivemq3(String serial, String token) {
    return MqttClient.builder()
        .useMqttVersion3()
        .identifier(serial)
        .serverHost("127.0.0.1")
        .serverPort(front.tcpPort())
        .simpleAuth()
        .username("device")
        .password(token.getBytes(UTF_8))
        .applySimpleAuth()
        .buildBlocking();
  }

  @Test
  void hivemq5_connects_with_its_own_token_and_with_no_other() throws Exception {
    Mqtt5BlockingClient client = hivemq5("phone-1", issuer.token("phone-1", inAnHour()));
    assertThat(client.connect().getReasonCode()).isEqualTo(Mqtt5ConnAckReasonCode.SUCCESS);
    client.disconnect();

    Mqtt5BlockingClient thief = hivemq5("phone-1", issuer.token("phone-2", inAnHour()));
    assertThat(catchThrowableOfType(Mqtt5ConnAckException.class, thief::connect))
        .extracting(e -> e.getMqttMessage().getReasonCode())
        .isEqualTo(Mqtt5ConnAckReasonCode.NOT_AUTHORIZED);
    Mqtt5BlockingClient forger = hivemq5("phone-1", new TokenIssuer().token("phone-1", inAnHour()));
    assertThat(catchThrowableOfType(Mqtt5ConnAckException.class, forger::connect))
        .extracting(e -> e.getMqttMessage().getReasonCode())
        .isEqualTo(Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD);
    Mqtt5BlockingClient late =
        hivemq5("phone-1", issuer.token("phone-1", Instant.now().minusSeconds(61)));
    assertThat(catchThrowableOfType(Mqtt5ConnAckException.class, late::connect))
        .extracting(e -> e.getMqttMessage().getReasonCode())
        .isEqualTo(Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD);
    assertThat(directory.attachments).hasSize(1);
  }

  @Test
  void hivemq3_connects_with_its_own_token_and_with_no_other() throws Exception {
    Mqtt3BlockingClient client = hivemq3("phone-1", issuer.token("phone-1", inAnHour()));
    assertThat(client.connect().getReturnCode()).isEqualTo(Mqtt3ConnAckReturnCode.SUCCESS);
    client.disconnect();

    Mqtt3BlockingClient thief = hivemq3("phone-1", issuer.token("phone-2", inAnHour()));
    assertThat(catchThrowableOfType(Mqtt3ConnAckException.class, thief::connect))
        .extracting(e -> e.getMqttMessage().getReturnCode())
        .isEqualTo(Mqtt3ConnAckReturnCode.NOT_AUTHORIZED);
    Mqtt3BlockingClient stranger = hivemq3("phone-1", "secret");
    assertThat(catchThrowableOfType(Mqtt3ConnAckException.class, stranger::connect))
        .extracting(e -> e.getMqttMessage().getReturnCode())
        .isEqualTo(Mqtt3ConnAckReturnCode.BAD_USER_NAME_OR_PASSWORD);
    assertThat(directory.attachments).hasSize(1);
  }

  @Test
  void hivemq5_is_sent_away_when_its_token_ends() throws Exception {
    CompletableFuture<Throwable> cause = new CompletableFuture<>();
    Mqtt5BlockingClient client =
        MqttClient.builder()
            .useMqttVersion5()
            .identifier("phone-1")
            .serverHost("127.0.0.1")
            .serverPort(front.tcpPort())
            .addDisconnectedListener(context -> cause.complete(context.getCause()))
            .simpleAuth()
            .username("device")
            .password(issuer.token("phone-1", Instant.now().plusSeconds(3)).getBytes(UTF_8))
            .applySimpleAuth()
            .buildBlocking();
    client.connect();

    assertThat(cause.get())
        .isInstanceOfSatisfying(
            Mqtt5DisconnectException.class,
            e ->
                assertThat(e.getMqttMessage())
                    .extracting("reasonCode")
                    .isEqualTo(Mqtt5DisconnectReasonCode.NOT_AUTHORIZED));
    await().until(() -> client.getState() == MqttClientState.DISCONNECTED);
    await().until(() -> directory.last().detached.get() == 1);
  }

  @Test
  void hivemq5_registers_the_apps_of_its_token_alone() throws Exception {
    Mqtt5BlockingClient client =
        hivemq5("phone-1", issuer.token("phone-1", inAnHour(), ",\"apps\":[\"com.example.news\"]"));
    client.connect();

    client
        .publishWith()
        .topic("$tidings/register")
        .qos(MqttQos.AT_LEAST_ONCE)
        .payload("{\"app\":\"com.example.news\"}".getBytes(UTF_8))
        .send();
    Mqtt5PubAckException refused =
        catchThrowableOfType(
            Mqtt5PubAckException.class,
            () ->
                client
                    .publishWith()
                    .topic("$tidings/register")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload("{\"app\":\"com.example.mail\"}".getBytes(UTF_8))
                    .send());

    assertThat(refused.getMqttMessage().getReasonCode())
        .isEqualTo(Mqtt5PubAckReasonCode.NOT_AUTHORIZED);
    assertThat(registrar.asked).containsExactly("register phone-1 com.example.news");
    client.disconnect();
  }

  private Mqtt5BlockingClient reauthenticating(TokenMechanism mechanism) {
    return MqttClient.builder()
        .useMqttVersion5()
        .identifier("phone-1")
        .serverHost("127.0.0.1")
        .serverPort(front.tcpPort())
        .enhancedAuth(mechanism)
        .buildBlocking();
  }

  @Test
  void hivemq5_proves_itself_anew_and_is_served_beyond_the_end_of_its_first_token()
      throws Exception {
    Instant end = Instant.now().plusSeconds(6);
    TokenMechanism mechanism = new TokenMechanism(issuer.token("phone-1", end));
    Mqtt5BlockingClient client = reauthenticating(mechanism);
    try (var publishes = client.publishes(MqttGlobalPublishFilter.ALL)) {
      client.connect();
      mechanism.token = issuer.token("phone-1", inAnHour());
      client.toAsync().reauth().get(30, TimeUnit.SECONDS);
      await().until(() -> Instant.now().isAfter(end.plusSeconds(1)));

      directory.last().link.push(7, false, Deliveries.delivery());
      directory.last().link.flush();
      assertThat(publishes.receive(60, TimeUnit.SECONDS)).isPresent();
      await().until(() -> directory.last().confirmed.contains(7));
    }
    assertThat(directory.attachments).hasSize(1);
    assertThat(mechanism.happened).containsExactly("accepted", "accepted anew");
    client.disconnect();
  }

  @Test
  void hivemq5_is_sent_away_when_its_new_token_is_not_its_own() throws Exception {
    TokenMechanism mechanism = new TokenMechanism(issuer.token("phone-1", inAnHour()));
    Mqtt5BlockingClient client = reauthenticating(mechanism);
    client.connect();
    mechanism.token = issuer.token("phone-2", inAnHour());

    CompletionException failure =
        catchThrowableOfType(CompletionException.class, () -> client.toAsync().reauth().join());
    assertThat(failure.getCause())
        .isInstanceOfSatisfying(
            Mqtt5DisconnectException.class,
            e ->
                assertThat(e.getMqttMessage())
                    .extracting("reasonCode")
                    .isEqualTo(Mqtt5DisconnectReasonCode.NOT_AUTHORIZED));
    await().until(() -> directory.last().detached.get() == 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "311"})
  @Tag("mosquitto")
  void mosquitto_pub_registers_with_its_token_and_not_without(String version) throws Exception {
    String token = issuer.token("phone-1", inAnHour());
    try (Mosquitto pub = pub(version, "-u", "device", "-P", token)) {
      assertThat(pub.end()).isEqualTo("exit 0");
    }
    assertThat(registrar.asked).containsExactly("register phone-1 com.example.news");

    try (Mosquitto pub = pub(version)) {
      assertThat(pub.end()).doesNotContain("exit 0");
    }
    assertThat(registrar.asked).hasSize(1);
  }

  private Mosquitto pub(String version, String... credentials) throws Exception {
    String[] arguments = {
      "-V",
      version,
      "-i",
      "phone-1",
      "-q",
      "1",
      "-t",
      "$tidings/register",
      "-m",
      "{\"app\":\"com.example.news\"}"
    };
    String[] all = new String[arguments.length + credentials.length];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    System.arraycopy(credentials, 0, all, arguments.length, credentials.length);
    return Mosquitto.start("mosquitto_pub", front.tcpPort(), all);
  }
}
