package dev.tidings.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Registration;
import dev.tidings.schemas.testing.Cluster;
import dev.tidings.schemas.testing.ServiceProcess;
import dev.tidings.schemas.topic.LogTopics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Topics that the processor reads are deleted and made anew under their names.
 *
 * <p>Shows G40 and G60 of docs/guarantees.md.
 */
final class TopicMadeAnewIT {
  private static final String GROUP = "tidings-streams-processor";
  private static final String APP = "com.example.news";
  private static final int DEVICES = 20;

  /** A producer may retry what it sent to the deleted topic for two minutes. */
  private static final Duration LONG = Duration.ofMinutes(4);

  @TempDir Path directory;
  private final List<ServiceProcess> processes = new ArrayList<>();
  private Cluster cluster;

  @BeforeEach
  void open() throws Exception {
    cluster = new Cluster();
  }

  @AfterEach
  void close() throws Exception {
    for (ServiceProcess process : processes) {
      process.kill();
    }
    cluster.close();
  }

  @Test
  void notifications_made_anew_under_two_processors_are_read_from_their_beginning()
      throws Exception {
    register(0, DEVICES);
    start("first", Map.of("group.instance.id", "first"));
    start("second", Map.of("instance.id", "second"));
    append(0, 400);
    await().atMost(LONG).until(() -> delivered().containsAll(numbers(0, 400)));

    cluster.makeAnew(LogTopics.NOTIFICATIONS);
    append(1_000, 2_000);

    await().atMost(LONG).untilAsserted(() -> assertDelivered(1_000, 2_000));
    for (ServiceProcess process : processes) {
      await()
          .atMost(LONG)
          .untilAsserted(
              () -> assertThat(page(process, "/health/ready")).startsWith("{\"status\":\"UP\""));
    }
    assertThat(Files.readString(directory.resolve("first.log")))
        .contains("tidings.notifications was deleted and made anew");
    assertThat(cluster.read(LogTopics.RECEIPTS)).isEmpty();
  }

  @Test
  void what_was_committed_of_the_topic_before_is_no_reason_to_skip_what_is_in_the_new_one()
      throws Exception {
    register(0, DEVICES);
    ServiceProcess first = start("state", Map.of());
    append(0, 400);
    await().atMost(LONG).until(() -> delivered().containsAll(numbers(0, 400)));
    assertThat(first.stop()).isZero();

    cluster.makeAnew(LogTopics.NOTIFICATIONS);
    // As one that was killed before it had noticed leaves it.
    cluster.commit(GROUP, LogTopics.NOTIFICATIONS, 100);
    append(1_000, 2_000);
    ServiceProcess second = start("other", Map.of());

    await().atMost(LONG).untilAsserted(() -> assertDelivered(1_000, 2_000));
    assertThat(page(second, "/metrics"))
        .containsPattern("tidings_streams_discontinuities_total\\{reason=\"topic\"[^}]*} 4\\.0");
  }

  @Test
  void a_commit_beyond_the_end_of_its_topic_or_of_a_later_leader_is_told_and_everything_is_read()
      throws Exception {
    register(0, DEVICES);
    append(0, 100);
    cluster.commit(GROUP, LogTopics.NOTIFICATIONS, 1_000);
    // Of a later leader than there is: nobody would read it.
    cluster.commit(GROUP, LogTopics.REGISTRATIONS, 0, Optional.of(9));

    ServiceProcess process = start("state", Map.of());

    await().atMost(LONG).untilAsserted(() -> assertDelivered(0, 100));
    assertThat(page(process, "/metrics"))
        .containsPattern("tidings_streams_discontinuities_total\\{reason=\"tail\"[^}]*} 8\\.0");
  }

  @Test
  void registrations_made_anew_are_read_from_their_beginning_before_a_token_is_unregistered()
      throws Exception {
    register(0, 400);
    ServiceProcess process = start("state", Map.of("unknown.token.grace", "1s"));
    append(0, 100);
    await().atMost(LONG).until(() -> delivered().containsAll(numbers(0, 100)));

    cluster.makeAnew(LogTopics.REGISTRATIONS);
    register(1_000, 2_000);
    append(1_000, 2_000, 1_000);

    await().atMost(LONG).untilAsserted(() -> assertDelivered(1_000, 2_000));
    assertThat(cluster.read(LogTopics.RECEIPTS)).isEmpty();

    // What the new topic does not have is not remembered either.
    append(0, 1);
    await().atMost(LONG).until(() -> cluster.read(LogTopics.RECEIPTS).size() == 1);
    assertThat(process.stop()).isZero();
  }

  @Test
  void deliveries_made_anew_under_load_stop_nothing() throws Exception {
    register(0, DEVICES);
    ServiceProcess process = start("state", Map.of());
    AtomicBoolean enough = new AtomicBoolean();
    CompletableFuture<Void> load =
        CompletableFuture.runAsync(() -> {
          for (int number = 10_000; !enough.get(); number += 10) {
            appendUnchecked(number, number + 10);
          }
        });
    for (int times = 1; times <= 5; times++) {
      await().atMost(LONG).until(() -> cluster.read(LogTopics.DELIVERIES).size() > 200);
      cluster.makeAnew(LogTopics.DELIVERIES);
    }
    enough.set(true);
    load.get();
    append(0, 400);

    await().atMost(LONG).untilAsserted(() -> assertDelivered(0, 400));
    await()
        .atMost(LONG)
        .until(() ->
            Files.readString(directory.resolve("state.log"))
                .contains("tidings.deliveries was deleted and created again"));
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> assertThat(page(process, "/health/ready")).startsWith("{\"status\":\"UP\""));
  }

  @Test
  void what_waits_for_a_registration_outlives_the_topic_that_keeps_it() throws Exception {
    Map<String, String> patient = Map.of("unknown.token.grace", "10m");
    ServiceProcess first = start("state", patient);
    append(0, 50);
    await().atMost(LONG).until(() -> waiting(first));
    cluster.makeAnew(LogTopics.WAITING);
    append(50, 100);
    await().atMost(LONG).until(() -> compacted() == 100);
    assertThat(first.stop()).isZero();

    // Nothing is left but what is in the log.
    start("other", patient);
    register(0, DEVICES);

    await().atMost(LONG).untilAsserted(() -> assertDelivered(0, 100));
  }

  private long compacted() {
    return cluster.read(LogTopics.WAITING).stream()
        .map(record -> ByteBuffer.wrap(record.key()))
        .distinct()
        .count();
  }

  private boolean waiting(ServiceProcess process) throws Exception {
    return page(process, "/metrics")
        .lines()
        .anyMatch(line -> line.startsWith("tidings_streams_waiting{") && line.endsWith(" 50.0"));
  }

  private ServiceProcess start(String state, Map<String, String> settings) throws Exception {
    ServiceProcess process = Processors.start(cluster, directory.resolve(state), settings);
    processes.add(process);
    process.awaitReady();
    return process;
  }

  private void register(int from, int to) throws Exception {
    for (int device = from; device < to; device++) {
      cluster.append(
          LogTopics.REGISTRATIONS,
          token(device),
          new Registration("phone-" + device, APP, null, null, 1L, null));
    }
  }

  private void append(int from, int to) throws Exception {
    append(from, to, DEVICES);
  }

  private void appendUnchecked(int from, int to) {
    try {
      append(from, to);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void append(int from, int to, int devices) throws Exception {
    for (int number = from; number < to; number++) {
      cluster.append(
          LogTopics.NOTIFICATIONS,
          token(devices == DEVICES ? number % DEVICES : number),
          Notification.newBuilder()
              .setId(new UUID(0, number).toString())
              .setApp(APP)
              .setPayload(ByteBuffer.wrap("{\"aps\":{}}".getBytes(UTF_8)))
              .build());
    }
  }

  private static byte[] token(int device) {
    return "%064x".formatted(device).getBytes(UTF_8);
  }

  private static Set<Long> numbers(long from, long to) {
    return LongStream.range(from, to).boxed().collect(Collectors.toSet());
  }

  private void assertDelivered(long from, long to) {
    Set<Long> missing = new HashSet<>(numbers(from, to));
    missing.removeAll(delivered());
    assertThat(missing).isEmpty();
  }

  private Set<Long> delivered() {
    Set<Long> ids = new HashSet<>();
    for (ConsumerRecord<byte[], byte[]> record : cluster.read(LogTopics.DELIVERIES)) {
      String id = cluster.decode(Delivery.class, record.value()).getId();
      ids.add(UUID.fromString(id).getLeastSignificantBits());
    }
    return ids;
  }

  private static String page(ServiceProcess process, String path) throws Exception {
    URI uri = URI.create("http://" + process.endpoint("management") + path);
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }
}
