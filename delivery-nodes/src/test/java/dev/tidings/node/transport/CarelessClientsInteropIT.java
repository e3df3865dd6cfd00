package dev.tidings.node.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import dev.tidings.node.mqtt.Deliveries;
import dev.tidings.node.mqtt.FakeDirectory;
import dev.tidings.node.mqtt.FakeDirectory.Attachment;
import dev.tidings.node.mqtt.FakeRegistrar;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that publish what a broker would take, with QoS 2 or more at once than the CONNACK
 * allows, keep their connection: one that was ended would send the same again in each connection
 * that it opens, so that hardly a notification came through.
 *
 * <p>Shows G11 of docs/guarantees.md.
 */
final class CarelessClientsInteropIT {
  private static final byte[] APP = "{\"app\":\"com.example.news\"}".getBytes(UTF_8);

  @TempDir private Path files;
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

  @Test
  void hivemq5_publishes_with_qos_2_and_is_notified_over_the_same_connection() throws Exception {
    var client =
        MqttClient.builder()
            .useMqttVersion5()
            .identifier("phone-1")
            .serverHost("127.0.0.1")
            .serverPort(front.tcpPort())
            .automaticReconnectWithDefaultConfig()
            .buildBlocking();
    try (var publishes = client.publishes(MqttGlobalPublishFilter.ALL)) {
      client.connect();
      var sent =
          client
              .toAsync()
              .publishWith()
              .topic("$tidings/register")
              .qos(MqttQos.EXACTLY_ONCE)
              .payload(APP)
              .send();
      assertThat(sent.get(1, TimeUnit.MINUTES).getError()).isEmpty();
      assertThat(publishes.receive(1, TimeUnit.MINUTES)).isPresent();
      isNotified();
      assertThat(publishes.receive(1, TimeUnit.MINUTES).orElseThrow().getTopic())
          .hasToString(Deliveries.TOPIC);
      client.disconnect();
    }
    assertThat(registrar.asked).containsExactly("register phone-1 com.example.news");
  }

  @Test
  void hivemq3_publishes_with_qos_2_and_is_notified_over_the_same_connection() throws Exception {
    var client =
        MqttClient.builder()
            .useMqttVersion3()
            .identifier("phone-1")
            .serverHost("127.0.0.1")
            .serverPort(front.tcpPort())
            .automaticReconnectWithDefaultConfig()
            .buildBlocking();
    try (var publishes = client.publishes(MqttGlobalPublishFilter.ALL)) {
      client.connect();
      var sent = client.toAsync().publishWith().topic("presence").qos(MqttQos.EXACTLY_ONCE).send();
      assertThat(sent.get(1, TimeUnit.MINUTES)).isNotNull();
      isNotified();
      assertThat(publishes.receive(1, TimeUnit.MINUTES).orElseThrow().getTopic())
          .hasToString(Deliveries.TOPIC);
      client.disconnect();
    }
  }

  private void isNotified() {
    await().until(() -> !directory.attachments.isEmpty());
    Attachment attachment = directory.last();
    attachment.link.push(9, false, Deliveries.delivery());
    attachment.link.flush();
    await().until(() -> attachment.confirmed.contains(9));
    assertThat(directory.attachments).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"$tidings/register", "presence"})
  @Tag("mosquitto")
  void mosquitto_pub_has_all_four_packets_of_qos_2(String topic) throws Exception {
    try (Mosquitto pub =
        Mosquitto.start(
            "mosquitto_pub",
            front.tcpPort(),
            "-V",
            "311",
            "-i",
            "phone-1",
            "-q",
            "2",
            "-t",
            topic,
            "-m",
            new String(APP, UTF_8))) {
      assertThat(pub.end()).isEqualTo("exit 0");
    }
  }

  @ParameterizedTest
  @CsvSource({"4, 1", "5, 1", "4, 2", "5, 2"})
  @Tag("paho-python")
  void paho_for_python_has_all_acknowledged_over_one_connection(String version, String qos)
      throws Exception {
    registrar.takes = Duration.ofMillis(300); // so that all are under way at once
    Path program = files.resolve("careless.py");
    try (InputStream in = getClass().getResourceAsStream("/interop/careless.py")) {
      Files.write(program, in.readAllBytes());
    }
    String port = Integer.toString(front.tcpPort());
    Process process =
        new ProcessBuilder(List.of("/usr/bin/python3", program.toString(), port, version, qos))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said).isEqualTo("connected 1, acknowledged 20");
  }
}
