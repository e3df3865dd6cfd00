package dev.tidings.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.schemas.avro.DailyCap;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Registration;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.Cluster;
import dev.tidings.schemas.testing.ServiceProcess;
import dev.tidings.schemas.topic.LogTopics;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shows G210 of docs/guarantees.md with processes that are killed. */
final class DailyCapIT {
  private static final String APP = "com.example.news";
  private static final byte[] TOKEN = "%064x".formatted(1).getBytes(UTF_8);
  private static final byte[] CAP = ("daily-cap/" + APP + "/marketing").getBytes(UTF_8);

  /** In which no day ends while the test runs. */
  private static final String ZONE = zone();

  @TempDir Path directory;
  private final List<ServiceProcess> processes = new ArrayList<>();
  private Cluster cluster;
  private RegistryClient schemas;
  private int sent;

  @BeforeEach
  void open() throws Exception {
    cluster = Cluster.empty();
    schemas =
        new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, cluster.registryUrl())));
    cluster.createTopics();
    cluster.append(
        LogTopics.REGISTRATIONS, TOKEN, new Registration("phone-1", APP, null, null, 1L, null));
  }

  @AfterEach
  void close() throws Exception {
    for (ServiceProcess process : processes) {
      process.kill();
    }
    schemas.close();
    cluster.close();
  }

  private static String zone() {
    int hour = LocalTime.now(ZoneOffset.UTC).getHour();
    return hour < 12 ? "UTC" : "-12:00";
  }

  private void cap(@Nullable Integer perDay) throws Exception {
    byte @Nullable [] value =
        perDay == null
            ? null
            : new AvroSerializer<DailyCap>(schemas)
                .serialize("tidings.control-daily-cap", new DailyCap(perDay, ZONE));
    cluster.appendBytes(LogTopics.CONTROL, CAP, value);
  }

  private void send() throws Exception {
    cluster.append(
        LogTopics.NOTIFICATIONS,
        TOKEN,
        Notification.newBuilder()
            .setId(new UUID(0, ++sent).toString())
            .setApp(APP)
            .setPayload(ByteBuffer.wrap("{\"aps\":{}}".getBytes(UTF_8)))
            .setCategory("marketing")
            .build());
  }

  private ServiceProcess start(String state) throws Exception {
    ServiceProcess process = Processors.start(cluster, directory.resolve(state), Map.of());
    processes.add(process);
    assertThat(process.awaitReady()).startsWith("READY");
    return process;
  }

  private int delivered() {
    return cluster.read(LogTopics.DELIVERIES).size();
  }

  private long capped() throws Exception {
    long capped = 0;
    for (var record : cluster.read(LogTopics.RECEIPTS)) {
      Receipt receipt = cluster.decode(Receipt.class, record.value());
      if (receipt.getOutcome() == Outcome.REJECTED
          && receipt.getSteps().getLast().getWhy().startsWith("daily cap: category marketing")) {
        capped++;
      }
    }
    return capped;
  }

  @Test
  void a_cap_counts_over_a_kill_and_without_the_disk_and_its_changes_count_at_once()
      throws Exception {
    cap(2);
    ServiceProcess first = start("first");
    for (int i = 0; i < 3; i++) {
      send();
    }
    await().until(() -> capped() == 1);
    assertThat(delivered()).isEqualTo(2);
    first.kill();

    // Its table is restored from the log.
    start("second");
    send();
    await().until(() -> capped() >= 2);
    assertThat(delivered()).isEqualTo(2);

    cap(1_000);
    await()
        .until(() -> {
          send();
          return delivered() >= 3;
        });
    cap(1);
    long before = capped();
    await()
        .until(() -> {
          send();
          return capped() > before;
        });
    int sentOn = delivered();
    cap(null);
    await()
        .until(() -> {
          send();
          return delivered() > sentOn;
        });
  }
}
