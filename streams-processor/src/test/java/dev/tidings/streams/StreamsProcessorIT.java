package dev.tidings.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Registration;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.Cluster;
import dev.tidings.schemas.testing.ServiceProcess;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.value.NotificationId.WithdrawalId;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shows G11, G13, G90, G105 and G106 of docs/guarantees.md. */
final class StreamsProcessorIT {
  private static final int DEVICES = 20;
  private static final String GROUP = "tidings-streams-processor";
  private static final String APP = "com.example.news";

  @TempDir Path directory;
  private final List<ServiceProcess> processes = new ArrayList<>();
  private Cluster cluster;
  private RegistryClient schemas;
  private AvroSerializer<Notification> notifications;

  @BeforeEach
  void open() throws Exception {
    cluster = Cluster.empty();
    schemas =
        new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, cluster.registryUrl())));
    notifications = new AvroSerializer<>(schemas);
  }

  @AfterEach
  void close() throws Exception {
    for (ServiceProcess process : processes) {
      process.kill();
    }
    schemas.close();
    cluster.close();
  }

  @Test
  void a_kill_loses_nothing_and_keeps_each_devices_order() throws Exception {
    cluster.createTopics();
    register();
    ServiceProcess first = start("state");
    assertThat(first.awaitReady()).startsWith("READY streams-processor management=127.0.0.1:");

    append(0, 500);
    await().atMost(Duration.ofSeconds(30)).until(() -> !deliveredIds().isEmpty());
    long due = System.currentTimeMillis() + 8_000;
    schedule(1_000, 1_020, due);
    append(500, 600);
    withdraw(1_000, 1_005);
    first.kill();
    append(600, 1_000);
    withdraw(1_005, 1_010);
    assertThat(start("state").awaitReady()).startsWith("READY");

    await().atMost(Duration.ofSeconds(60)).until(() -> deliveredIds().size() == 1_010);
    deliveredByDevice()
        .forEach((device, numbers) -> assertThat(firstOfEach(numbers)).as(device).isSorted());
    assertThat(deliveredIds())
        .doesNotContainAnyElementsOf(LongStream.range(1_000, 1_010).boxed().toList());
    assertThat(cluster.read(LogTopics.DELIVERIES))
        .filteredOn(record -> {
          String id = id(record);
          return !WithdrawalId.isOne(id) && number(id) >= 1_000;
        })
        .allSatisfy(record -> assertThat(record.timestamp()).isGreaterThanOrEqualTo(due));
    AvroDeserializer<Receipt> receipts = new AvroDeserializer<>(schemas, Receipt.class);
    assertThat(cluster.read(LogTopics.RECEIPTS))
        .extracting(record -> receipts.read(record.value()).getOutcome())
        .containsOnly(Outcome.PENDING, Outcome.WITHDRAWN);
    assertThat(cluster.read(LogTopics.DEAD_LETTERS)).isEmpty();
  }

  @Test
  void an_orderly_restart_loses_nothing_repeats_nothing_and_forgets_nobody_who_waits()
      throws Exception {
    cluster.createTopics();
    ServiceProcess first = start("state", Map.of("unknown.token.grace", "10m"));
    assertThat(first.awaitReady()).startsWith("READY");
    append(0, 100);
    assertThat(first.stop()).isZero();

    // Without its directory: what waits is restored from the log.
    ServiceProcess second = start("other", Map.of("unknown.token.grace", "10m"));
    assertThat(second.awaitReady()).startsWith("READY");
    append(100, 200);
    register();
    await().atMost(Duration.ofSeconds(60)).until(() -> deliveredIds().size() == 200);
    assertThat(second.stop()).isZero();

    deliveredByDevice().forEach((device, numbers) -> assertThat(numbers).as(device).isSorted());
    assertThat(cluster.read(LogTopics.DELIVERIES)).hasSize(200);
  }

  @Test
  void a_stop_under_load_loses_nothing_and_repeats_nothing() throws Exception {
    cluster.createTopics();
    register();
    ServiceProcess first = start("state");
    first.awaitReady();
    Thread load = Thread.ofVirtual().start(() -> appendAll(0, 1_500));
    await().atMost(Duration.ofSeconds(30)).until(() -> !deliveredIds().isEmpty());

    assertThat(first.stop()).isZero();
    assertThat(cluster.members(GROUP)).isEmpty();
    load.join();
    ServiceProcess second = start("state");

    await().atMost(Duration.ofSeconds(60)).until(() -> deliveredIds().size() == 1_500);
    assertThat(second.stop()).isZero();
    deliveredByDevice()
        .forEach(
            (device, numbers) -> assertThat(numbers).as(device).isSorted().doesNotHaveDuplicates());
  }

  @Test
  void a_static_member_stays_in_its_group_so_that_a_restart_moves_nothing() throws Exception {
    cluster.createTopics();
    register();
    Map<String, String> named =
        Map.of("group.instance.id", "streams-0", "kafka.main.consumer.session.timeout.ms", "60000");
    ServiceProcess first = start("state", named);
    first.awaitReady();
    MemberDescription member = member();
    assertThat(member.groupInstanceId()).contains("streams-0-1");
    assertThat(member.assignment().topicPartitions()).isNotEmpty();

    assertThat(first.stop()).isZero();
    assertThat(member().consumerId()).isEqualTo(member.consumerId());

    // At once, and not after the session's minute.
    ServiceProcess second = start("state", named);
    second.awaitReady();
    append(0, 100);
    await().atMost(Duration.ofSeconds(30)).until(() -> deliveredIds().size() == 100);
    assertThat(member().groupInstanceId()).contains("streams-0-1");
    assertThat(member().assignment()).isEqualTo(member.assignment());
  }

  @Test
  void of_two_processes_with_one_group_instance_id_the_first_ends_and_names_the_setting()
      throws Exception {
    cluster.createTopics();
    Map<String, String> named = Map.of("group.instance.id", "streams-0");
    ServiceProcess first = start("state", named);
    first.awaitReady();
    ServiceProcess second = start("other", named);

    assertThat(first.exitCode()).isEqualTo(1);

    assertThat(Files.readString(directory.resolve("state.log")))
        .contains("group.instance.id: another process has the same");
    assertThat(second.awaitReady()).startsWith("READY");
    // Kafka Streams has made no topic that `topics create` does not know.
    assertThat(cluster.topics())
        .containsExactlyInAnyOrderElementsOf(
            LogTopics.all().stream().map(LogTopic::name).collect(Collectors.toSet()));
  }

  @Test
  void a_registry_that_is_away_at_start_is_waited_for_and_readiness_says_so() throws Exception {
    cluster.createTopics();
    cluster.registry().failNext(Integer.MAX_VALUE);
    ServiceProcess process = start("state", Map.of("start.timeout", "5m"));
    Path log = directory.resolve("state.log");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> Files.exists(log) && Files.readString(log).contains("waiting, at most"));

    URI ready = URI.create("http://" + process.management().orElseThrow() + "/health/ready");
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          http.send(HttpRequest.newBuilder(ready).build(), BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.body()).contains("waiting: ").contains(cluster.registryUrl());
      assertThat(process.isReady()).isFalse();

      cluster.registry().failNext(0);

      assertThat(process.awaitReady()).startsWith("READY");
      assertThat(
              http.send(HttpRequest.newBuilder(ready).build(), BodyHandlers.ofString())
                  .statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void without_its_topics_it_ends_with_one_line_that_says_so() throws Exception {
    ServiceProcess process = start("state", Map.of("start.timeout", "8s"));

    assertThat(process.exitCode()).isEqualTo(1);

    assertThat(Files.readAllLines(directory.resolve("state.log")))
        .filteredOn(line -> line.contains("failed to start"))
        .singleElement()
        .asString()
        .startsWith(
            "streams-processor: failed to start: broker "
                + cluster.bootstrapServers()
                + ": no topics ")
        .endsWith("(expected: to be provisioned), given up after 8 s");
  }

  private ServiceProcess start(String state) throws Exception {
    return start(state, Map.of());
  }

  private ServiceProcess start(String state, Map<String, String> settings) throws Exception {
    ServiceProcess process = Processors.start(cluster, directory.resolve(state), settings);
    processes.add(process);
    return process;
  }

  private void register() throws Exception {
    AvroSerializer<Registration> values = new AvroSerializer<>(schemas);
    for (int device = 0; device < DEVICES; device++) {
      cluster.appendBytes(
          LogTopics.REGISTRATIONS,
          token(device),
          values.serialize(
              LogTopics.REGISTRATIONS.name(),
              new Registration("phone-" + device, APP, null, null, 1L, null)));
    }
  }

  private void appendAll(int from, int to) {
    try {
      append(from, to);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private MemberDescription member() throws Exception {
    List<MemberDescription> members = cluster.members(GROUP);
    assertThat(members).hasSize(1);
    return members.getFirst();
  }

  private void append(int from, int to) throws Exception {
    for (int number : IntStream.range(from, to).toArray()) {
      write(number, some(number).build());
    }
  }

  private void schedule(int from, int to, long due) throws Exception {
    for (int number : IntStream.range(from, to).toArray()) {
      write(number, some(number).setDeliverAt(due).build());
    }
  }

  private void withdraw(int from, int to) throws Exception {
    for (int number : IntStream.range(from, to).toArray()) {
      write(number, some(100_000 + number).setWithdraws(new UUID(0, number).toString()).build());
    }
  }

  private void write(int number, Notification notification) throws Exception {
    cluster.appendBytes(
        LogTopics.NOTIFICATIONS,
        token(number % DEVICES),
        notifications.serialize(LogTopics.NOTIFICATIONS.name(), notification));
  }

  private static Notification.Builder some(int number) {
    return Notification.newBuilder()
        .setId(new UUID(0, number).toString())
        .setApp(APP)
        .setPayload(ByteBuffer.wrap("{\"aps\":{}}".getBytes(UTF_8)));
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
    Map<String, List<Long>> numbers = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : cluster.read(LogTopics.DELIVERIES)) {
      String id = id(record);
      // What is withdrawn is told to the node too, in case that it has the notification.
      if (!WithdrawalId.isOne(id)) {
        numbers
            .computeIfAbsent(new String(record.key(), UTF_8), device -> new ArrayList<>())
            .add(number(id));
      }
    }
    return numbers;
  }

  private String id(ConsumerRecord<byte[], byte[]> record) {
    return new AvroDeserializer<>(schemas, Delivery.class).read(record.value()).getId();
  }

  private static long number(String id) {
    return UUID.fromString(id).getLeastSignificantBits();
  }

  private static List<Long> firstOfEach(List<Long> numbers) {
    return List.copyOf(new LinkedHashSet<>(numbers));
  }
}
