package dev.tidings.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.infra.chaos.Conditions;
import dev.tidings.infra.chaos.Experiment;
import dev.tidings.infra.chaos.Fault;
import dev.tidings.infra.chaos.FaultReport;
import dev.tidings.infra.chaos.Faults;
import dev.tidings.infra.chaos.ServiceFleet;
import dev.tidings.infra.ledger.Tally;
import dev.tidings.infra.pipeline.Instance;
import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.process.ChildFailedException;
import dev.tidings.schemas.topic.LogTopics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three brokers and three delivery nodes, struck one way after the other while a provider sends and
 * devices receive. A ledger outside of it all says what was accepted and what was confirmed. What
 * each fault took to heal is in the test's output; how fast that has to be is not asserted.
 *
 * <p>Shows G75 of docs/guarantees.md.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("alone")
class FleetCrashIT {
  private static final int BROKERS = 3;
  private static final int NODES = 3;
  private static final int DEVICES = 24;
  private static final int RATE = 120;
  private static final int SEED = 1;

  private static final Instance INGEST = Instance.first(TidingsService.INGEST_API);
  private static final Instance PROCESSOR = Instance.first(TidingsService.STREAMS_PROCESSOR);
  private static final Instance NODE_1 = new Instance(TidingsService.DELIVERY_NODE, 1);
  private static final Instance NODE_2 = new Instance(TidingsService.DELIVERY_NODE, 2);
  private static final Instance NODE_3 = new Instance(TidingsService.DELIVERY_NODE, 3);

  private SmallDisk disk;
  private Pipeline fleet;

  @BeforeAll
  void start(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path data) throws Exception {
    disk = SmallDisk.mount(data.resolve("small-disk"));
    PipelineOptions options =
        ServiceFleet.options(data.resolve("fleet"), NODES, BROKERS)
            .withCount(TidingsService.INGEST_API, 1)
            .withCount(TidingsService.STREAMS_PROCESSOR, 1)
            .with(NODE_3, "state.dir", disk.directory().resolve("state").toString());
    fleet = Pipeline.start(options);
  }

  @AfterAll
  void stop() throws Exception {
    if (fleet != null) {
      fleet.kill();
      fleet.close();
    }
    if (disk != null) {
      disk.close();
    }
  }

  @Test
  @Order(1)
  void a_record_nobody_can_read_in_every_topic_stops_nothing() throws Exception {
    List<Long> logged = logSizes();
    try (Experiment experiment = experiment("garbage")) {
      FaultReport report =
          experiment.undergo(
              new Fault(
                  "garbage in every topic",
                  () -> Garbage.write(bootstrapServers(), "garbage-0"),
                  true,
                  Duration.ZERO,
                  () -> {}));
      assertKept(experiment, report);
    }
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() ->
            assertThat(Garbage.buried(bootstrapServers()))
                .contains(
                    LogTopics.NOTIFICATIONS.name(),
                    LogTopics.REGISTRATIONS.name(),
                    LogTopics.DELIVERIES.name(),
                    LogTopics.INBOX.name()));
    assertThat(loggedSince(logged))
        .doesNotContainIgnoringCase("thread died", "exception in thread");
  }

  /** Those who take over find what the first test left in the parked inbox. */
  @Test
  @Order(2)
  void one_of_three_nodes_is_killed() throws Exception {
    survive("node", faults -> faults.kill(NODE_1));
  }

  @Test
  @Order(3)
  void a_node_hangs_until_others_have_taken_over_and_goes_on_as_if_nothing_had_happened()
      throws Exception {
    survive("zombie", faults -> faults.pause(NODE_2));
  }

  @Test
  @Order(4)
  void one_of_three_brokers_is_killed() throws Exception {
    survive("broker", faults -> faults.killBroker(2));
  }

  @Test
  @Order(5)
  void all_brokers_are_killed_and_started_again() throws Exception {
    survive("brokers", Faults::killAllBrokers);
  }

  @Test
  @Order(6)
  void a_device_that_vanishes_without_closing_gets_everything_when_it_is_back() throws Exception {
    survive("vanishing", faults -> faults.vanish(DEVICES / 4));
  }

  @Test
  @Order(7)
  void what_was_sent_to_a_device_that_vanished_for_good_waits_for_it() throws Exception {
    try (Experiment experiment = experiment("gone")) {
      FaultReport report = experiment.undergo(faults(experiment).vanishForGood(1));
      Tally tally = assertKept(experiment, report);
      assertThat(tally.ended().get("pending")).as("pending").isPositive();
    }
  }

  @Test
  @Order(8)
  void the_registry_goes_and_is_not_there_either_when_a_process_starts() throws Exception {
    survive("registry", faults -> faults.startWithoutRegistry(PROCESSOR));
  }

  @Test
  @Order(9)
  void a_node_whose_disk_is_full_loses_nothing_and_starts_again_once_there_is_room()
      throws Exception {
    try (Experiment experiment = experiment("full")) {
      // While it runs, and while what is parked has to go into its store.
      Fault vanish = faults(experiment).vanish(DEVICES / 4);
      FaultReport running =
          experiment.undergo(
              new Fault(
                  "disk full",
                  () -> {
                    disk.fill();
                    vanish.strike().run();
                  },
                  true,
                  vanish.lasts(),
                  vanish.repair()));
      assertHealed(running);
      // And when it starts.
      FaultReport starting =
          experiment.undergo(
              new Fault(
                  "disk full at start",
                  () -> {
                    fleet.process(NODE_3).kill();
                    fleet.launch(NODE_3);
                  },
                  false,
                  Duration.ofSeconds(12),
                  () -> {
                    disk.free();
                    try {
                      fleet.awaitReady(NODE_3);
                    } catch (ChildFailedException full) {
                      // It has said so and ended, as a service does that cannot start.
                      fleet.restart(NODE_3);
                    }
                  }));
      assertKept(experiment, starting);
    } finally {
      disk.free();
    }
  }

  /** With the whole mixture of requests, in HTTP and Kafka, of several apps and tokens a device. */
  @Test
  @Order(10)
  void ingest_api_and_streams_processor_are_killed_in_the_same_moment() throws Exception {
    survive(
        "accepting",
        faults ->
            new Fault(
                "kill ingest-api and streams-processor",
                () -> {
                  fleet.process(INGEST).kill();
                  fleet.process(PROCESSOR).kill();
                },
                false,
                Duration.ZERO,
                () -> {
                  fleet.restart(INGEST);
                  fleet.restart(PROCESSOR);
                }));
  }

  private interface Choice {
    Fault of(Faults faults);
  }

  private void survive(String name, Choice choice) throws Exception {
    try (Experiment experiment = experiment(name)) {
      assertKept(experiment, experiment.undergo(choice.of(faults(experiment))));
    }
  }

  private Experiment experiment(String name) throws InterruptedException {
    Experiment experiment =
        Experiment.start(fleet, name, new Conditions(DEVICES, RATE, SEED), System.out::println);
    experiment.awaitCalm();
    return experiment;
  }

  private Faults faults(Experiment experiment) {
    return new Faults(fleet, experiment);
  }

  private static Tally assertKept(Experiment experiment, FaultReport report) throws Exception {
    assertHealed(report);
    Tally tally = experiment.finish();
    System.out.println(tally);
    assertThat(tally.findings()).as("promises not kept").isEmpty();
    assertThat(tally.accepted()).as("accepted").isGreaterThan(DEVICES);
    return tally;
  }

  private static void assertHealed(FaultReport report) {
    System.out.println(FaultReport.header());
    System.out.println(report);
    assertThat(report.isHealed()).as("healed: %s", report).isTrue();
  }

  private String bootstrapServers() {
    return fleet.stack().bootstrapServers();
  }

  private List<Path> logs() {
    return Stream.of(TidingsService.values())
        .flatMap(service -> fleet.instances(service).stream())
        .map(instance -> fleet.process(instance).log())
        .toList();
  }

  private List<Long> logSizes() {
    return logs().stream().map(log -> log.toFile().length()).toList();
  }

  private String loggedSince(List<Long> sizes) throws IOException {
    List<String> texts = new ArrayList<>();
    List<Path> logs = logs();
    for (int i = 0; i < logs.size(); i++) {
      int from = sizes.get(i).intValue();
      byte[] all = Files.readAllBytes(logs.get(i));
      texts.add(new String(all, from, all.length - from, StandardCharsets.UTF_8));
    }
    return String.join("\n", texts);
  }
}
