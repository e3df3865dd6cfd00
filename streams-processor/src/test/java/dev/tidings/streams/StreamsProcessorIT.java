package dev.tidings.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Registration;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.RegistryClient;
import dev.tidings.schemas.registry.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.LogTopics;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StreamsProcessorIT {
  private static final int DEVICES = 20;
  private static final String APP = "com.example.news";

  @TempDir Path directory;
  private final FakeRegistry registry = new FakeRegistry();
  private final List<ProcessorProcess> processes = new ArrayList<>();
  private Broker broker;
  private RegistryClient schemas;
  private AvroSerializer<Notification> notifications;

  @BeforeEach
  void open() throws Exception {
    broker = new Broker();
    schemas = new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, registry.url())));
    notifications = new AvroSerializer<>(schemas);
  }

  @AfterEach
  void close() throws Exception {
    for (ProcessorProcess process : processes) {
      process.kill();
    }
    schemas.close();
    registry.close();
    broker.close();
  }

  @Test
  void aKillLosesNothingAndKeepsEachDevicesOrder() throws Exception {
    broker.createTopics();
    register();
    ProcessorProcess first = start("state");
    assertThat(first.awaitReady()).startsWith("READY streams-processor management=127.0.0.1:");

    append(0, 500);
    await().atMost(Duration.ofSeconds(30)).until(() -> !deliveredIds().isEmpty());
    append(500, 600);
    first.kill();
    append(600, 1_000);
    assertThat(start("state").awaitReady()).startsWith("READY");

    await().atMost(Duration.ofSeconds(60)).until(() -> deliveredIds().size() == 1_000);
    deliveredByDevice()
        .forEach((device, numbers) -> assertThat(firstOfEach(numbers)).as(device).isSorted());
    assertThat(broker.read(LogTopics.RECEIPTS.name())).isEmpty();
    assertThat(broker.read(LogTopics.DEAD_LETTERS.name())).isEmpty();
  }

  @Test
  void anOrderlyRestartLosesNothingRepeatsNothingAndForgetsNobodyWhoWaits() throws Exception {
    broker.createTopics();
    ProcessorProcess first = start("state", "unknown.token.grace=10m");
    assertThat(first.awaitReady()).startsWith("READY");
    append(0, 100);
    assertThat(first.stop()).isZero();

    // Without its directory: what waits is restored from the log.
    ProcessorProcess second = start("other", "unknown.token.grace=10m");
    assertThat(second.awaitReady()).startsWith("READY");
    append(100, 200);
    register();
    await().atMost(Duration.ofSeconds(60)).until(() -> deliveredIds().size() == 200);
    assertThat(second.stop()).isZero();

    deliveredByDevice().forEach((device, numbers) -> assertThat(numbers).as(device).isSorted());
    assertThat(broker.read(LogTopics.DELIVERIES.name())).hasSize(200);
  }

  @Test
  void withoutItsTopicsItEndsWithOneLineThatSaysSo() throws Exception {
    ProcessorProcess process = start("state", "start.timeout=2s");

    assertThat(process.exitCode()).isEqualTo(1);

    assertThat(Files.readAllLines(directory.resolve("state.log")))
        .filteredOn(line -> line.contains("failed to start"))
        .singleElement()
        .asString()
        .startsWith(
            "streams-processor: failed to start: broker " + broker.address() + ": no topics ")
        .endsWith("(expected: to be provisioned), given up after 2 s");
  }

  private ProcessorProcess start(String state, String... settings) throws Exception {
    ProcessorProcess process =
        new ProcessorProcess(broker.address(), registry.url(), directory.resolve(state), settings);
    processes.add(process);
    return process;
  }

  private void register() throws Exception {
    AvroSerializer<Registration> values = new AvroSerializer<>(schemas);
    for (int device = 0; device < DEVICES; device++) {
      broker.append(
          LogTopics.REGISTRATIONS.name(),
          token(device),
          values.serialize(
              LogTopics.REGISTRATIONS.name(),
              new Registration("phone-" + device, APP, null, null, 1L)));
    }
  }

  private void append(int from, int to) throws Exception {
    for (int number : IntStream.range(from, to).toArray()) {
      Notification notification =
          Notification.newBuilder()
              .setId(new UUID(0, number).toString())
              .setApp(APP)
              .setPayload(ByteBuffer.wrap("{\"aps\":{}}".getBytes(UTF_8)))
              .build();
      broker.append(
          LogTopics.NOTIFICATIONS.name(),
          token(number % DEVICES),
          notifications.serialize(LogTopics.NOTIFICATIONS.name(), notification));
    }
  }

  private static byte[] token(int device) {
    return "%064x".formatted(device).getBytes(UTF_8);
  }

  private Set<Long> deliveredIds() {
    Set<Long> ids = new LinkedHashSet<>();
    deliveredByDevice().values().forEach(ids::addAll);
    return ids;
  }

  private Map<String, List<Long>> deliveredByDevice() {
    AvroDeserializer<Delivery> values = new AvroDeserializer<>(schemas, Delivery.class);
    Map<String, List<Long>> numbers = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : broker.read(LogTopics.DELIVERIES.name())) {
      numbers
          .computeIfAbsent(new String(record.key(), UTF_8), device -> new ArrayList<>())
          .add(UUID.fromString(values.read(record.value()).getId()).getLeastSignificantBits());
    }
    return numbers;
  }

  private static List<Long> firstOfEach(List<Long> numbers) {
    return List.copyOf(new LinkedHashSet<>(numbers));
  }
}
