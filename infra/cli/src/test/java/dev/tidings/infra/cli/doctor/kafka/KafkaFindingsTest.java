package dev.tidings.infra.cli.doctor.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.infra.cli.doctor.check.Check;
import dev.tidings.infra.cli.doctor.check.Check.State;
import dev.tidings.infra.cli.doctor.check.FreeSpace;
import dev.tidings.infra.cli.doctor.check.Site;
import dev.tidings.infra.ports.Ports;
import dev.tidings.schemas.topic.FoundTopic;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.service.start.TopicsFound;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.junit.jupiter.api.Test;

/** What the doctor makes of the answers of brokers. */
class KafkaFindingsTest {
  private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");
  private static final Brokers THREE = brokers(3);
  private static final Brokers ONE = brokers(1);

  @Test
  void brokers_that_lose_records_or_forget_offsets_are_named_with_the_setting_that_mends_it() {
    Map<String, String> settings = new HashMap<>(GOOD);
    settings.put("unclean.leader.election.enable", "true");
    settings.put("min.insync.replicas", "1");
    settings.put("default.replication.factor", "1");
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.retention.minutes", "1440");
    settings.put("auto.create.topics.enable", "true");

    List<Check> findings = BrokerSettings.findings("2", config(settings), THREE);

    assertThat(findings)
        .extracting(Check::toString)
        .anyMatch(line -> line.contains("unclean.leader.election.enable: true (expected: false)"))
        .anyMatch(line ->
            line.contains("min.insync.replicas: 1 (expected: at least 2)")
                && line.contains("fix: set min.insync.replicas=2"))
        .anyMatch(line -> line.contains("default.replication.factor: 1 (expected: at least 3)"))
        .anyMatch(line -> line.contains("offsets.topic.replication.factor: 1"))
        .anyMatch(
            line -> line.contains("offsets.retention.minutes: 1440 (expected: at least 10080)"))
        .hasSize(6);
    assertThat(findings)
        .filteredOn(Check::sound)
        .singleElement()
        .satisfies(weak -> assertThat(weak.words()).contains("auto.create.topics.enable"));
    assertThat(BrokerSettings.findings("2", config(GOOD), THREE)).isEmpty();
  }

  @Test
  void one_broker_alone_need_not_have_what_three_have() {
    Map<String, String> settings = new HashMap<>(GOOD);
    settings.replaceAll((name, value) -> name.contains("replica") ? "1" : value);

    assertThat(BrokerSettings.findings("1", config(settings), ONE)).isEmpty();
    assertThat(BrokerSettings.findings("1", config(settings), THREE)).hasSize(4);
  }

  @Test
  void topics_that_are_missing_or_different_or_on_too_few_brokers_are_found() {
    List<LogTopic<?>> wanted = List.of(LogTopics.NOTIFICATIONS, LogTopics.CONTROL, LogTopics.INBOX);
    Map<String, String> wrong = new HashMap<>(LogTopics.NOTIFICATIONS.configs(3));
    wrong.put("cleanup.policy", "compact");
    Map<String, FoundTopic> found =
        Map.of(
            "tidings.notifications", found("tidings.notifications", 8, 3, wrong),
            "tidings.control", found("tidings.control", 1, 1, LogTopics.CONTROL.configs(1)));

    assertThat(
            TopicChecks.findings(new TopicsFound(wanted, found), THREE, "./tidings topics create"))
        .extracting(Check::toString)
        .anyMatch(line ->
            line.contains("FAIL")
                && line.contains("tidings.inbox is missing")
                && line.contains("fix: ./tidings topics create"))
        .anyMatch(line ->
            line.contains("FAIL")
                && line.contains(
                    "tidings.notifications: cleanup.policy: compact (expected: delete)"))
        .anyMatch(line ->
            line.contains("FAIL")
                && line.contains("tidings.control: 1 replicas (expected: 3, on 3 brokers)"));
  }

  @Test
  void the_topic_of_offsets_needs_a_leader_and_replicas() {
    Node broker = THREE.nodes().get(0);

    assertThat(OffsetsTopic.check(offsets(broker, THREE.nodes()), THREE).state())
        .isEqualTo(State.OK);
    assertThat(OffsetsTopic.check(offsets(broker, List.of(broker)), THREE).words())
        .contains("1 replicas (expected: 3)");
    assertThat(OffsetsTopic.check(offsets(null, THREE.nodes()), THREE).words())
        .contains("1 of 1 partitions have no leader");
  }

  @Test
  void a_record_of_the_future_shows_a_brokers_clock_that_is_ahead() {
    assertThat(newest(NOW.minusSeconds(3_600)).state()).isEqualTo(State.OK);
    assertThat(newest(NOW.plusSeconds(30)).state()).isEqualTo(State.WEAK);
    Check failed = newest(NOW.plus(Duration.ofMinutes(5)));
    assertThat(failed.state()).isEqualTo(State.FAILED);
    assertThat(failed.words()).contains("300 s ahead of this machine");
    assertThat(BrokerClocks.records(Map.of(), NOW).state()).isEqualTo(State.OK);
  }

  @Test
  void nodes_that_do_not_answer_where_they_say_are_found_and_those_that_are_gone_are_not_asked()
      throws IOException {
    try (ServerSocket node = new ServerSocket(0)) {
      NodeAddresses addresses = new NodeAddresses(Site.byDefault(), InstantSource.fixed(NOW));
      String at = "localhost:" + node.getLocalPort();
      String nobody = "localhost:" + Ports.free();

      assertThat(addresses.checks(Map.of(at, NOW, nobody, NOW.minus(Duration.ofHours(1)))))
          .singleElement()
          .satisfies(check -> assertThat(check.words()).endsWith("from here: 1"));
      assertThat(addresses.checks(Map.of(at, NOW, nobody, NOW)))
          .singleElement()
          .satisfies(check -> {
            assertThat(check.words()).contains(nobody + ", where nobody answers");
            assertThat(check.fix()).contains("advertised.host");
          });
    }
  }

  @Test
  void brokers_that_advertise_each_machine_itself_or_an_address_without_an_answer_are_found() {
    Site site = Site.byDefault().with(Map.of("bootstrap.servers", "kafka.example.com:9092"));
    Brokers loopback = new Brokers(List.of(new Node(1, "localhost", 9092)));

    assertThat(Addresses.ofBrokers(loopback, site))
        .singleElement()
        .satisfies(check -> assertThat(check.words()).contains("which is each machine itself"));
    Brokers silent = new Brokers(List.of(new Node(1, "localhost", Ports.free())));
    assertThat(Addresses.ofBrokers(silent, Site.byDefault()))
        .singleElement()
        .satisfies(check -> assertThat(check.fix()).contains("advertised.listeners"));
  }

  @Test
  void a_disk_that_is_nearly_full_is_weak_and_a_full_one_fails() {
    long gibi = 1L << 30;

    assertThat(new FreeSpace("d", 50 * gibi, 100 * gibi).check("disk").state()).isEqualTo(State.OK);
    assertThat(new FreeSpace("d", 5 * gibi, 100 * gibi).check("disk").state())
        .isEqualTo(State.WEAK);
    assertThat(new FreeSpace("d", 1 << 20, 100 * gibi).check("disk").state())
        .isEqualTo(State.FAILED);
  }

  private static final Map<String, String> GOOD =
      Map.of(
          "unclean.leader.election.enable", "false",
          "min.insync.replicas", "2",
          "default.replication.factor", "3",
          "offsets.topic.replication.factor", "3",
          "transaction.state.log.replication.factor", "3",
          "offsets.retention.minutes", "10080",
          "auto.create.topics.enable", "false");

  private static Check newest(Instant at) {
    return BrokerClocks.records(
        Map.of(
            new TopicPartition("tidings.notifications", 0),
            new ListOffsetsResultInfo(1, at.toEpochMilli(), Optional.empty())),
        NOW);
  }

  private static Brokers brokers(int count) {
    return new Brokers(
        IntStream.rangeClosed(1, count)
            .mapToObj(id -> new Node(id, "broker-" + id, 9092))
            .toList());
  }

  private static Config config(Map<String, String> settings) {
    List<ConfigEntry> entries = new ArrayList<>();
    settings.forEach((name, value) -> entries.add(new ConfigEntry(name, value)));
    return new Config(entries);
  }

  private static FoundTopic found(
      String name, int partitions, int replicas, Map<String, String> configs) {
    return new FoundTopic(name, "id", partitions, replicas, List.of(), Optional.of(configs));
  }

  private static TopicDescription offsets(Node leader, List<Node> replicas) {
    return new TopicDescription(
        "__consumer_offsets", true, List.of(new TopicPartitionInfo(0, leader, replicas, replicas)));
  }
}
