package dev.tidings.node.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3ClientBuilder;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import dev.tidings.node.mqtt.Deliveries;
import dev.tidings.node.mqtt.FakeDirectory;
import dev.tidings.node.mqtt.FakeDirectory.Attachment;
import dev.tidings.node.mqtt.FakeRegistrar;
import dev.tidings.node.session.CloseReason;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients nobody here wrote, against the front over real sockets.
 *
 * <p>Shows G14 and G18 of docs/guarantees.md.
 */
@Timeout(60)
final class MqttClientsInteropIT {
  enum Transport {
    TCP,
    WEB_SOCKET
  }

  private static final String REGISTERED =
      "{\"app\":\"com.example.news\",\"token\":\"" + FakeRegistrar.TOKEN.hex() + "\"}";

  private final FakeDirectory directory = new FakeDirectory();
  private final FakeRegistrar registrar = new FakeRegistrar();
  private final MqttFront front = Fronts.open(directory, registrar);

  @BeforeEach
  void start() throws Exception {
    front.start();
  }

  @AfterEach
  void close() throws Exception {
    front.close(Duration.ofSeconds(5));
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "311"})
  @Tag("mosquitto")
  void mosquitto_sub_receives_a_notification_and_confirms_it(String version) throws Exception {
    try (Mosquitto sub =
        Mosquitto.start(
            "mosquitto_sub",
            front.tcpPort(),
            "-V",
            version,
            "-i",
            "phone-1",
            "-q",
            "1",
            "-t",
            "tidings/#",
            "-F",
            "%t %q %p",
            "-C",
            "1")) {
      Attachment attachment = attachment();
      push(attachment, 7);

      assertThat(sub.end()).isEqualTo(Deliveries.TOPIC + " 1 " + Deliveries.PAYLOAD + "\nexit 0");
      await().until(() -> attachment.confirmed.contains(7) && attachment.detached.get() == 1);
    }
  }

  @Test
  @Tag("mosquitto")
  void many_notifications_from_another_thread_arrive_in_order() throws Exception {
    try (Mosquitto sub =
        Mosquitto.start(
            "mosquitto_sub",
            front.tcpPort(),
            "-V",
            "311",
            "-i",
            "phone-1",
            "-q",
            "1",
            "-t",
            "tidings/#",
            "-C",
            "2000")) {
      Attachment attachment = attachment();
      StringBuilder sent = new StringBuilder();
      for (int i = 1; i <= 2000; i++) {
        String payload = "{\"number\":" + i + "}";
        sent.append(payload).append('\n');
        attachment.link.push(
            i, false, Deliveries.builder().setPayload(Deliveries.bytes(payload)).build());
        if (i % 100 == 0) {
          attachment.link.flush();
        }
      }

      assertThat(sub.end()).isEqualTo(sent + "exit 0");
      await().until(() -> attachment.detached.get() == 1);
      assertThat(attachment.confirmed).isEqualTo(IntStream.rangeClosed(1, 2000).boxed().toList());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "311"})
  @Tag("mosquitto")
  void mosquitto_pub_registers_an_app(String version) throws Exception {
    try (Mosquitto pub =
        Mosquitto.start(
            "mosquitto_pub",
            front.tcpPort(),
            "-V",
            version,
            "-i",
            "phone-1",
            "-q",
            "1",
            "-t",
            "$tidings/register",
            "-m",
            "{\"app\":\"com.example.news\"}")) {

      assertThat(pub.end()).isEqualTo("exit 0");
      assertThat(registrar.asked).containsExactly("register phone-1 com.example.news");
    }
  }

  @Test
  @Tag("mosquitto")
  void mosquitto_sub_is_told_that_it_may_not_read_others_topics() throws Exception {
    try (Mosquitto sub =
        Mosquitto.start(
            "mosquitto_sub", front.tcpPort(), "-V", "5", "-i", "phone-1", "-t", "others/#")) {

      assertThat(sub.end()).contains("All subscription requests were denied");
    }
  }

  @Test
  @Tag("mosquitto")
  void mosquitto_sub_is_told_that_it_was_taken_over() throws Exception {
    try (Mosquitto sub =
        Mosquitto.start(
            "mosquitto_sub",
            front.tcpPort(),
            "-d",
            "-V",
            "5",
            "-i",
            "phone-1",
            "-t",
            "tidings/#")) {
      Attachment attachment = attachment();
      // Closed before it has subscribed, the client may see the broken connection alone.
      await().until(() -> !attachment.subscriptions.isEmpty());
      attachment.link.close(CloseReason.TAKEN_OVER);

      await().until(() -> sub.readLine().contains("142"));
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void hivemq5_receives_a_notification_with_its_properties_and_confirms_it(Transport transport)
      throws Exception {
    Mqtt5BlockingClient client = hiveMq5(transport);
    try (var publishes = client.publishes(MqttGlobalPublishFilter.ALL)) {
      Mqtt5ConnAck connAck = client.connect();
      assertThat(connAck.getRestrictions().getReceiveMaximum()).isEqualTo(8);
      assertThat(connAck.getRestrictions().isRetainAvailable()).isTrue();
      Attachment attachment = attachment();
      push(attachment, 65_535);

      Mqtt5Publish publish = publishes.receive(60, TimeUnit.SECONDS).orElseThrow();
      assertThat(publish.getTopic()).hasToString(Deliveries.TOPIC);
      assertThat(new String(publish.getPayloadAsBytes(), UTF_8)).isEqualTo(Deliveries.PAYLOAD);
      assertThat(publish.getContentType()).hasToString("Optional[application/json]");
      assertThat(publish.getUserProperties().asList())
          .extracting(Object::toString)
          .contains("(apns-id, " + Deliveries.ID + ")");
      await().until(() -> attachment.confirmed.contains(65_535));
      client.disconnect();
      await().until(() -> attachment.detached.get() == 1);
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void hivemq3_receives_a_notification_and_confirms_it(Transport transport) throws Exception {
    Mqtt3BlockingClient client = hiveMq3(transport);
    try (var publishes = client.publishes(MqttGlobalPublishFilter.ALL)) {
      client.connect();
      Attachment attachment = attachment();
      push(attachment, 1);

      Mqtt3Publish publish = publishes.receive(60, TimeUnit.SECONDS).orElseThrow();
      assertThat(publish.getTopic()).hasToString(Deliveries.TOPIC);
      await().until(() -> attachment.confirmed.contains(1));
      client.disconnect();
      await().until(() -> attachment.detached.get() == 1);
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void a_payload_larger_than_a_frame_arrives_whole(Transport transport) throws Exception {
    String large = "{\"text\":\"" + "x".repeat(50_000) + "\"}";
    Mqtt5BlockingClient client = hiveMq5(transport);
    try (var publishes = client.publishes(MqttGlobalPublishFilter.ALL)) {
      client.connect();
      Attachment attachment = attachment();
      attachment.link.push(
          1, false, Deliveries.builder().setPayload(Deliveries.bytes(large)).build());
      attachment.link.flush();

      Mqtt5Publish publish = publishes.receive(60, TimeUnit.SECONDS).orElseThrow();
      assertThat(new String(publish.getPayloadAsBytes(), UTF_8)).isEqualTo(large);
      client.disconnect();
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void hivemq5_registers_an_app(Transport transport) throws Exception {
    Mqtt5BlockingClient client = hiveMq5(transport);
    try (var publishes = client.publishes(MqttGlobalPublishFilter.ALL)) {
      client.connect();
      client.subscribeWith().topicFilter("$tidings/registered").qos(MqttQos.AT_LEAST_ONCE).send();
      client
          .publishWith()
          .topic("$tidings/register")
          .qos(MqttQos.AT_LEAST_ONCE)
          .payload("{\"app\":\"com.example.news\"}".getBytes(UTF_8))
          .send();

      Optional<Mqtt5Publish> publish = publishes.receive(60, TimeUnit.SECONDS);
      assertThat(new String(publish.orElseThrow().getPayloadAsBytes(), UTF_8))
          .isEqualTo(REGISTERED);
      client.disconnect();
    }
  }

  @Test
  void hivemq5_is_told_that_it_may_not_publish_elsewhere() {
    Mqtt5BlockingClient client = hiveMq5(Transport.TCP);
    client.connect();

    assertThat(
            catchThrowableOfType(
                    Mqtt5PubAckException.class,
                    () -> client.publishWith().topic("others").qos(MqttQos.AT_LEAST_ONCE).send())
                .getMqttMessage()
                .getReasonCode())
        .isEqualTo(Mqtt5PubAckReasonCode.NOT_AUTHORIZED);
    client.disconnect();
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void hivemq5_is_told_that_its_server_moved(Transport transport) throws Exception {
    CompletableFuture<Throwable> disconnected = new CompletableFuture<>();
    Mqtt5BlockingClient client =
        transport(hiveMq5Builder(), transport)
            .addDisconnectedListener(context -> disconnected.complete(context.getCause()))
            .buildBlocking();
    client
        .connectWith()
        .userProperties()
        .add("tidings-redirect", "accept")
        .applyUserProperties()
        .send();
    attachment().link.close(CloseReason.SERVER_MOVED);

    Throwable cause = disconnected.get(60, TimeUnit.SECONDS);
    assertThat(cause)
        .isInstanceOfSatisfying(
            Mqtt5DisconnectException.class,
            e ->
                assertThat(e.getMqttMessage().getReasonCode())
                    .isEqualTo(Mqtt5DisconnectReasonCode.SERVER_MOVED));
  }

  private Attachment attachment() {
    await().until(() -> !directory.attachments.isEmpty());
    return directory.last();
  }

  private static void push(Attachment attachment, int packetId) {
    attachment.link.push(packetId, false, Deliveries.delivery());
    attachment.link.flush();
  }

  private Mqtt5BlockingClient hiveMq5(Transport transport) {
    return transport(hiveMq5Builder(), transport).buildBlocking();
  }

  private Mqtt5ClientBuilder hiveMq5Builder() {
    return MqttClient.builder().useMqttVersion5().identifier("phone-1").serverHost("127.0.0.1");
  }

  private Mqtt5ClientBuilder transport(Mqtt5ClientBuilder builder, Transport transport) {
    return switch (transport) {
      case TCP -> builder.serverPort(front.tcpPort());
      case WEB_SOCKET ->
          builder
              .serverPort(front.webSocketPort())
              .webSocketConfig()
              .serverPath("mqtt")
              .applyWebSocketConfig();
    };
  }

  private Mqtt3BlockingClient hiveMq3(Transport transport) {
    Mqtt3ClientBuilder builder =
        MqttClient.builder().useMqttVersion3().identifier("phone-1").serverHost("127.0.0.1");
    return switch (transport) {
      case TCP -> builder.serverPort(front.tcpPort()).buildBlocking();
      case WEB_SOCKET ->
          builder
              .serverPort(front.webSocketPort())
              .webSocketConfig()
              .serverPath("mqtt")
              .applyWebSocketConfig()
              .buildBlocking();
    };
  }
}
