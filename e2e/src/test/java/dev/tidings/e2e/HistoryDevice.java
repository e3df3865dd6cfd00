package dev.tidings.e2e;

import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.tidings.infra.process.HostPort;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A device with HiveMQ's client that asks for its history. */
final class HistoryDevice implements AutoCloseable {
  private final Mqtt5AsyncClient client;
  private final List<String> live = new CopyOnWriteArrayList<>();
  private final List<String> replayed = new CopyOnWriteArrayList<>();
  private final List<String> cursors = new CopyOnWriteArrayList<>();
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

  private HistoryDevice(Mqtt5AsyncClient client) {
    this.client = client;
  }

  /** Connects, and subscribes to all. */
  static HistoryDevice connect(HostPort server, String serial) throws Exception {
    Mqtt5AsyncClient client =
        MqttClient.builder()
            .useMqttVersion5()
            .identifier(serial)
            .serverHost(server.host())
            .serverPort(server.port())
            .automaticReconnect()
            .initialDelay(200, TimeUnit.MILLISECONDS)
            .maxDelay(2, TimeUnit.SECONDS)
            .applyAutomaticReconnect()
            .buildAsync();
    HistoryDevice device = new HistoryDevice(client);
    client.connect().get(30, TimeUnit.SECONDS);
    client
        .subscribeWith()
        .topicFilter("$tidings/replayed")
        .callback(publish -> device.answers.add(text(publish)))
        .send()
        .get(30, TimeUnit.SECONDS);
    client
        .subscribeWith()
        .topicFilter("tidings/#")
        .qos(MqttQos.AT_LEAST_ONCE)
        .callback(device::arrived)
        .send()
        .get(30, TimeUnit.SECONDS);
    return device;
  }

  private static String text(Mqtt5Publish publish) {
    return new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8);
  }

  private void arrived(Mqtt5Publish publish) {
    String topic = publish.getTopic().toString();
    String id = topic.substring(topic.lastIndexOf('/') + 1);
    Optional<String> cursor =
        publish.getUserProperties().asList().stream()
            .filter(property -> property.getName().toString().equals("replayed"))
            .map(property -> property.getValue().toString())
            .findFirst();
    cursor.ifPresent(cursors::add);
    (cursor.isPresent() ? replayed : live).add(id);
  }

  /** Asks for a replay. Returns what is answered when it has ended. */
  String ask(String request) throws Exception {
    publish("$tidings/replay", request);
    return String.valueOf(answers.poll(60, TimeUnit.SECONDS));
  }

  /** Publishes with QoS 1; fails if the answer is not success. */
  void publish(String topic, String payload) throws Exception {
    client
        .publishWith()
        .topic(topic)
        .qos(MqttQos.AT_LEAST_ONCE)
        .payload(payload.getBytes(StandardCharsets.UTF_8))
        .send()
        .get(30, TimeUnit.SECONDS);
  }

  List<String> live() {
    return List.copyOf(live);
  }

  /**
   * Returns what was replayed, once so many have arrived: the library calls back for the two
   * subscriptions side by side, for the answer perhaps before it has done so for the last of them.
   */
  List<String> replayed(int count) {
    await().atMost(Duration.ofSeconds(60)).until(() -> replayed.size() >= count);
    return List.copyOf(replayed);
  }

  List<String> cursors() {
    return List.copyOf(cursors);
  }

  void forget() {
    live.clear();
    replayed.clear();
    cursors.clear();
  }

  @Override
  public void close() throws Exception {
    // It may be about to connect again.
    await()
        .ignoreExceptions()
        .until(() -> {
          client.disconnect().get(30, TimeUnit.SECONDS);
          return true;
        });
  }
}
