package dev.tidings.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.e2e.sources.ThreadTable;
import dev.tidings.infra.chaos.Conditions;
import dev.tidings.infra.chaos.Experiment;
import dev.tidings.infra.chaos.Fault;
import dev.tidings.infra.chaos.FaultReport;
import dev.tidings.infra.ledger.Tally;
import dev.tidings.infra.pipeline.Instance;
import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.ports.Ports;
import dev.tidings.infra.process.ChildProcess;
import dev.tidings.infra.process.HostPort;
import dev.tidings.infra.stack.Checkout;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
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
 * What a service depends on is taken from it, one thing after the other, while a provider sends and
 * devices receive. Who can't serve says so, with the reason, and serves again by itself once it
 * can: the processes stay the same, unless a thread dies that nothing takes the place of. A ledger
 * outside of it all says in the end that nothing was lost.
 *
 * <p>Shows G86 and G89 of docs/guarantees.md.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("alone")
class FailuresIT {
  /** Ten seconds are promised; the rest is for a machine that is busy with other things. */
  private static final Duration TOLD_WITHIN = Duration.ofSeconds(60);

  private static final Duration BACK_WITHIN = Duration.ofSeconds(60);
  private static final Pattern METER =
      Pattern.compile("^# TYPE (tidings_\\w+) ", Pattern.MULTILINE);
  private static final Pattern THREAD_DEATHS =
      Pattern.compile("^tidings_stream_thread_failures_total\\{.*} (\\S+)$", Pattern.MULTILINE);
  private static final Pattern DOCUMENTED = Pattern.compile("`(tidings_\\w+)[`{]");
  private static final Duration SET_BACK = Duration.ofSeconds(-15);
  private static final int LINES = 500;
  private static final int DEVICES = 12;
  private static final int RATE = 40;
  private static final int SEED = 1;

  private static final Instance INGEST = Instance.first(TidingsService.INGEST_API);
  private static final Instance PROCESSOR = Instance.first(TidingsService.STREAMS_PROCESSOR);
  private static final Instance NODE = Instance.first(TidingsService.DELIVERY_NODE);

  private Pipeline pipeline;
  private final Map<TidingsService, Debugger> debuggers = new EnumMap<>(TidingsService.class);
  private RemoteNode remote;
  private Management ingest;
  private Management processor;
  private Management node;
  private Permissions permissions;
  private Experiment experiment;
  private List<Long> processes;

  @BeforeAll
  void start(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path data) throws Exception {
    int kafka = Ports.free();
    PipelineOptions options = PipelineOptions.in(data.resolve("stack"));
    options =
        options.withStack(
            options.stack().withKafkaPort(kafka).withBrokerSettings(Permissions.BROKER_SETTINGS));
    for (TidingsService service : TidingsService.values()) {
      debuggers.put(service, Debugger.atFreePort());
      options = options.withJvmOptions(service, debuggers.get(service).jvmOptions());
    }
    pipeline = Pipeline.start(options);
    remote = new RemoteNode(data, pipeline, new HostPort("127.0.0.1", kafka));
    ingest = management(INGEST);
    processor = management(PROCESSOR);
    node = management(NODE);
    remote.awaitReady();
    permissions = new Permissions(pipeline.stack().bootstrapServers());
    await().atMost(BACK_WITHIN).until(() -> all().allMatch(Management::isReady));
    processes = pids();
    experiment =
        Experiment.start(
            pipeline, "failures", new Conditions(DEVICES, RATE, SEED), System.out::println);
    experiment.awaitCalm();
  }

  @AfterAll
  void stop() throws Exception {
    if (experiment != null) {
      experiment.close();
    }
    if (permissions != null) {
      permissions.close();
    }
    if (remote != null) {
      remote.close();
    }
    if (pipeline != null) {
      pipeline.kill();
      pipeline.close();
    }
  }

  @Test
  @Order(0)
  void every_meter_is_documented_and_every_documented_meter_is_there() throws Exception {
    Set<String> there = new TreeSet<>();
    all().forEach(service -> there.addAll(names(METER, service.metrics())));
    // There from the first one on.
    there.addAll(
        List.of(
            "tidings_node_mqtt_protocol_errors_total",
            "tidings_node_reader_skipped_total",
            "tidings_threads_died_total",
            "tidings_kafka_records_skipped_total"));
    // There with auth.devices=jwt; DeviceTokensIT asks for them.
    there.addAll(
        List.of(
            "tidings_node_tokens_checked_total",
            "tidings_node_issuers_without_keys",
            "tidings_node_control_lag",
            "tidings_node_control_waiting",
            "tidings_node_control_unreadable_total",
            "tidings_node_control_reloads_total"));
    // There with auth.devices=mtls; CertificatesIT has such devices.
    there.add("tidings_node_certificates_checked_total");
    // There with peers.tls.certificate; TraceIT has such nodes.
    there.add("tidings_ingest_peers_refused_total");
    // There where the admin port is open; ProvidersIT uses it.
    there.add("tidings_ingest_admin_requests_total");
    // There with auth.providers=keys; ProvidersIT asks for them.
    there.addAll(
        List.of(
            "tidings_ingest_credentials_checked_total",
            "tidings_ingest_refusals_addresses",
            "tidings_ingest_control_lag",
            "tidings_ingest_control_waiting",
            "tidings_ingest_control_unreadable_total",
            "tidings_ingest_control_reloads_total"));

    // There with webhooks=true; ProviderKeysIT sends some.
    there.addAll(
        List.of(
            "tidings_ingest_webhooks_served",
            "tidings_ingest_webhooks_failing",
            "tidings_ingest_webhooks_events_total",
            "tidings_ingest_webhooks_requests_total",
            "tidings_ingest_webhooks_failures_total",
            "tidings_ingest_webhooks_switched_off_total"));

    String operations = Files.readString(Checkout.find().root().resolve("docs/operations.md"));
    Set<String> documented = names(DOCUMENTED, operations);
    assertThat(without(there, documented)).as("not documented").isEmpty();
    assertThat(without(documented, there)).as("documented only").isEmpty();
  }

  @Test
  @Order(0)
  void every_thread_is_documented_with_what_happens_if_it_ends() {
    ThreadTable documented = ThreadTable.read();
    debuggers.forEach((service, debugger) -> {
      List<String> threads = debugger.threads();

      assertThat(threads).as(service.command()).contains("topic-watch");
      assertThat(threads)
          .filteredOn(thread -> !documented.has(service.command(), thread))
          .as(service.command() + ": threads that docs/operations.md does not have")
          .isEmpty();
    });
  }

  private static Set<String> without(Set<String> some, Set<String> others) {
    Set<String> rest = new TreeSet<>(some);
    rest.removeAll(others);
    return rest;
  }

  private static Set<String> names(Pattern pattern, String text) {
    Set<String> names = new TreeSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      // A histogram has a maximum of its own.
      names.add(matcher.group(1).replaceFirst("_seconds_max$", "_seconds"));
    }
    return names;
  }

  @Test
  @Order(1)
  void kafka_stopped() throws Exception {
    undergo(
        new Fault(
            "Kafka stopped",
            () -> {
              pipeline.stack().broker().terminate(BACK_WITHIN);
              for (Management service : all().toList()) {
                awaitUnready(service, "no broker of ");
              }
            },
            false,
            Duration.ZERO,
            () -> pipeline.stack().restartBroker()));
  }

  @Test
  @Order(2)
  void kafka_cut_off_from_one_node_only() throws Exception {
    undergo(
        new Fault(
            "Kafka cut off from one node",
            () -> {
              remote.cutOff();
              awaitUnready(remote.management(), "no broker of ");
              assertThat(Stream.of(ingest, processor).allMatch(Management::isReady)).isTrue();
            },
            true,
            Duration.ZERO,
            remote::connect));
  }

  @Test
  @Order(3)
  void the_registry_away_where_it_is_needed() throws Exception {
    undergo(
        new Fault(
            "registry away",
            () -> {
              pipeline.stack().registry().kill();
              Garbage.writeOfUnknownSchema(
                  pipeline.stack().bootstrapServers(),
                  LogTopics.NOTIFICATIONS,
                  LogTopics.DELIVERIES);
              awaitUnready(processor, "registry");
            },
            false,
            Duration.ZERO,
            () -> {
              pipeline.stack().launchRegistry();
              pipeline.stack().awaitRegistry();
            }));
  }

  @Test
  @Order(5)
  void a_topic_may_not_be_used_any_more() throws Exception {
    undergo(
        new Fault(
            "ACL of topics taken away",
            () -> {
              takeAway(LogTopics.NOTIFICATIONS, AclOperation.WRITE, AclOperation.READ);
              takeAway(LogTopics.DELIVERIES, AclOperation.READ);
              awaitUnready(ingest, "tidings.notifications");
              awaitUnready(processor, "tidings.notifications");
              awaitUnready(node, "tidings.deliveries");
              awaitUnready(remote.management(), "tidings.deliveries");
            },
            false,
            Duration.ZERO,
            permissions::giveBack));
  }

  @Test
  @Order(6)
  void a_group_may_not_be_used_any_more() throws Exception {
    undergo(
        new Fault(
            "ACL of groups taken away",
            () -> {
              permissions.takeAway(ResourceType.GROUP, "*", AclOperation.READ);
              awaitUnready(processor, "");
              awaitUnready(node, "");
            },
            false,
            Duration.ZERO,
            permissions::giveBack));
  }

  @Test
  @Order(7)
  @Tag("faketime")
  void the_clock_of_a_node_is_set_back() throws Exception {
    undergo(
        new Fault(
            "clock set back",
            () -> {
              remote.jump(SET_BACK);
              awaitUnready(remote.management(), "the clock was set back");
            },
            false,
            Duration.ZERO,
            // It is right again by itself once the clock has caught up.
            () -> {}));
  }

  /** The one that another takes the place of, and those that end their processes. */
  @Test
  @Order(8)
  void threads_die() throws Exception {
    double before = streamThreadDeaths();
    heal(
        new Fault(
            "threads die",
            () -> {
              kill(INGEST, "http-loop-.*");
              pipeline.awaitReady(INGEST);
              kill(INGEST, "kafka-producer-network-thread .*");
              kill(NODE, "mqtt-loop-.*");
              kill(remote.debugger(), "delivery-reader", remote.process().child());
              remote.launch();
              debuggers.get(PROCESSOR.service()).stop(".*-StreamThread-\\d+", Debugger.EXCEPTION);
            },
            false,
            Duration.ZERO,
            () -> {
              pipeline.awaitReady(INGEST);
              pipeline.awaitReady(NODE);
              remote.awaitReady();
            }));
    assertThat(streamThreadDeaths()).isGreaterThan(before);
    assertThat(pipeline.process(PROCESSOR).pid()).isEqualTo(processes.get(1));
  }

  private double streamThreadDeaths() {
    Matcher deaths = THREAD_DEATHS.matcher(processor.metrics());
    assertThat(deaths.find()).isTrue();
    return Double.parseDouble(deaths.group(1));
  }

  /** Has a thread die that nothing can take the place of, and starts the process again. */
  private void kill(Instance instance, String thread) throws InterruptedException {
    kill(debuggers.get(instance.service()), thread, pipeline.process(instance));
    pipeline.launch(instance);
  }

  private static void kill(Debugger debugger, String thread, ChildProcess process)
      throws InterruptedException {
    await(thread + " dies")
        .atMost(BACK_WITHIN)
        .pollInterval(Duration.ofSeconds(2))
        .until(() -> {
          if (process.lastLines(LINES).stream().anyMatch(line -> line.contains("can't go on"))) {
            return true;
          }
          // Where it happened to be, it may have been caught.
          debugger.stop(thread, Debugger.ERROR);
          return false;
        });
    assertThat(process.awaitEnd(BACK_WITHIN)).as(process.name() + " ends").isTrue();
    assertThat(process.exitCode()).as(process.name()).isEqualTo(1);
  }

  @Test
  @Order(20)
  void nothing_was_lost() throws Exception {
    Tally tally = experiment.finishAudited();
    System.out.println(tally);
    assertThat(tally.findings()).as("promises not kept").isEmpty();
    assertThat(tally.accepted()).as("accepted").isGreaterThan(DEVICES);
  }

  private void takeAway(LogTopic<?> topic, AclOperation... operations) {
    permissions.takeAway(ResourceType.TOPIC, topic.name(), operations);
  }

  private void undergo(Fault fault) throws Exception {
    heal(fault);
    assertSameProcesses();
  }

  private void heal(Fault fault) throws Exception {
    FaultReport report = experiment.undergo(fault);
    System.out.println(FaultReport.header());
    System.out.println(report);
    assertThat(report.isHealed()).as("healed: %s", report).isTrue();
    awaitReady();
  }

  private void awaitReady() {
    await()
        .atMost(BACK_WITHIN)
        .untilAsserted(() ->
            assertThat(all())
                .allSatisfy(service ->
                    assertThat(service.isReady()).as(service + service.health()).isTrue()));
  }

  private static void awaitUnready(Management service, String reason) {
    await(service + " unready: " + reason)
        .atMost(TOLD_WITHIN)
        .untilAsserted(() -> {
          assertThat(service.health()).contains("\"status\":\"DOWN\"").contains(reason);
          assertThat(service.isReady()).isFalse();
        });
  }

  private Stream<Management> all() {
    return Stream.of(ingest, processor, node, remote.management());
  }

  private Management management(Instance instance) {
    return new Management(instance.name(), pipeline.endpoint(instance, "management"));
  }

  private List<Long> pids() {
    List<Long> pids = new ArrayList<>();
    for (Instance instance : List.of(INGEST, PROCESSOR, NODE)) {
      pids.add(pipeline.process(instance).isAlive() ? pipeline.process(instance).pid() : -1);
    }
    pids.add(remote.process().isAlive() ? remote.process().pid() : -1);
    return pids;
  }

  private void assertSameProcesses() {
    assertThat(pids()).as("processes").isEqualTo(processes);
  }
}
