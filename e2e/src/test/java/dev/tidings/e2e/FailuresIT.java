package dev.tidings.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.infra.chaos.Conditions;
import dev.tidings.infra.chaos.Experiment;
import dev.tidings.infra.chaos.Fault;
import dev.tidings.infra.chaos.FaultReport;
import dev.tidings.infra.ledger.Tally;
import dev.tidings.infra.pipeline.Instance;
import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.process.ChildCommand;
import dev.tidings.infra.process.HostPort;
import dev.tidings.infra.process.Ports;
import dev.tidings.infra.process.ServiceProcess;
import dev.tidings.infra.stack.Checkout;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
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
 * can: the processes stay the same throughout. A ledger outside of it all says in the end that
 * nothing was lost.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("alone")
class FailuresIT {
  /** Ten seconds are promised; the rest is for a machine that is busy with other things. */
  private static final Duration TOLD_WITHIN = Duration.ofSeconds(15);

  private static final Duration BACK_WITHIN = Duration.ofSeconds(60);
  private static final Pattern METER =
      Pattern.compile("^# TYPE (tidings_\\w+) ", Pattern.MULTILINE);
  private static final Pattern DOCUMENTED = Pattern.compile("`(tidings_\\w+)[`{]");
  private static final int DEVICES = 12;
  private static final int RATE = 40;
  private static final int SEED = 1;

  private static final Instance INGEST = Instance.first(TidingsService.INGEST_API);
  private static final Instance PROCESSOR = Instance.first(TidingsService.STREAMS_PROCESSOR);
  private static final Instance NODE = Instance.first(TidingsService.DELIVERY_NODE);

  private Pipeline pipeline;
  private CutLine line;
  private ServiceProcess remote;
  private Management ingest;
  private Management processor;
  private Management node;
  private Management remoteNode;
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
    pipeline = Pipeline.start(options);
    line = CutLine.at(new HostPort("127.0.0.2", kafka), new HostPort("127.0.0.1", kafka));
    remote = startRemoteNode(data, options);
    ingest = management(INGEST);
    processor = management(PROCESSOR);
    node = management(NODE);
    remoteNode =
        new Management("remote node", remote.awaitReady(BACK_WITHIN).get("management").local());
    permissions = new Permissions(pipeline.stack().bootstrapServers());
    await().atMost(BACK_WITHIN).until(() -> all().allMatch(Management::isReady));
    processes = pids();
    experiment =
        Experiment.start(
            pipeline, "failures", new Conditions(DEVICES, RATE, SEED), System.out::println);
    experiment.awaitCalm();
  }

  /**
   * A node that reaches Kafka over a line of its own: what its broker calls itself is another
   * address for it.
   */
  private ServiceProcess startRemoteNode(Path data, PipelineOptions options) throws Exception {
    Path hosts = Files.writeString(data.resolve("hosts"), line.address().host() + " localhost\n");
    Map<String, String> settings = new HashMap<>();
    for (String port :
        List.of("mqtt.port", "mqtt.tls.port", "mqtt.ws.port", "internal.port", "management.port")) {
      settings.put(port, "0");
    }
    settings.put(
        "schema.registry.url", pipeline.stack().registryUrl().replace("localhost", "127.0.0.1"));
    List<String> jvm = new ArrayList<>(ChildCommand.QUICK_START);
    jvm.add("-Djdk.net.hosts.file=" + hosts);
    return ServiceProcess.start(
        TidingsService.DELIVERY_NODE.command(
            pipeline.stack(), options.stack().checkout(), "remote-node", settings, jvm));
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
      remote.kill();
    }
    if (pipeline != null) {
      pipeline.kill();
      pipeline.close();
    }
    if (line != null) {
      line.close();
    }
  }

  @Test
  @Order(0)
  void every_meter_is_documented_and_every_documented_meter_is_there() throws Exception {
    Set<String> there = new TreeSet<>();
    all().forEach(service -> there.addAll(names(METER, service.metrics())));
    // There from the first one on.
    there.addAll(
        List.of("tidings_node_mqtt_protocol_errors_total", "tidings_node_reader_skipped_total"));

    String operations = Files.readString(Checkout.find().root().resolve("docs/operations.md"));
    Set<String> documented = names(DOCUMENTED, operations);
    assertThat(without(there, documented)).as("not documented").isEmpty();
    assertThat(without(documented, there)).as("documented only").isEmpty();
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
              line.fallSilent();
              awaitUnready(remoteNode, "no broker of ");
              assertThat(Stream.of(ingest, processor).allMatch(Management::isReady)).isTrue();
            },
            false,
            Duration.ZERO,
            this::mend));
  }

  private void mend() {
    try {
      line.mend();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
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
              awaitUnready(remoteNode, "tidings.deliveries");
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
  @Order(20)
  void nothing_was_lost() throws Exception {
    Tally tally = experiment.finish();
    System.out.println(tally);
    assertThat(tally.findings()).as("promises not kept").isEmpty();
    assertThat(tally.accepted()).as("accepted").isGreaterThan(DEVICES);
  }

  private void takeAway(LogTopic<?> topic, AclOperation... operations) {
    permissions.takeAway(ResourceType.TOPIC, topic.name(), operations);
  }

  private void undergo(Fault fault) throws Exception {
    FaultReport report = experiment.undergo(fault);
    System.out.println(FaultReport.header());
    System.out.println(report);
    assertThat(report.isHealed()).as("healed: %s", report).isTrue();
    awaitReady();
    assertSameProcesses();
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
    return Stream.of(ingest, processor, node, remoteNode);
  }

  private Management management(Instance instance) {
    return new Management(instance.name(), pipeline.endpoint(instance, "management"));
  }

  private List<Long> pids() {
    List<Long> pids = new ArrayList<>();
    for (Instance instance : List.of(INGEST, PROCESSOR, NODE)) {
      pids.add(pipeline.process(instance).isAlive() ? pipeline.process(instance).pid() : -1);
    }
    pids.add(remote.isAlive() ? remote.pid() : -1);
    return pids;
  }

  private void assertSameProcesses() {
    assertThat(pids()).as("processes").isEqualTo(processes);
  }
}
