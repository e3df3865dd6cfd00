package dev.tidings.service.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.schemas.testing.Cluster;
import dev.tidings.schemas.topic.FoundTopic;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.service.kafka.LogDeletions;
import dev.tidings.service.kafka.client.KafkaClients;
import dev.tidings.service.kafka.tables.GroupCommits;
import dev.tidings.service.rocks.KeptDeletions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Shows G61, G63, G88 and G124 of docs/guarantees.md. */
class TopicsIT {
  private static final List<LogTopic<?>> TOPICS = LogTopics.all();

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = new Cluster();
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  /** Brokers take a moment to apply it. */
  private static void configure(LogTopic<?> topic, String config, String value) throws Exception {
    cluster.configure(topic, config, value);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
      TopicReader reader = new TopicReader(admin);
      new Prerequisites(Duration.ofSeconds(20))
          .await(() -> {
            try {
              FoundTopic found = reader.read(List.of(topic.name())).get(topic.name());
              return value.equals(found.configs().orElseThrow().get(config))
                  ? Optional.empty()
                  : Optional.of(config);
            } catch (ExecutionException e) {
              throw new IllegalStateException(e);
            }
          });
    }
  }

  private static TopicsFound await() throws InterruptedException {
    return new Prerequisites(Duration.ofSeconds(20))
        .awaitTopics(
            new KafkaClients(Map.of("bootstrap.servers", cluster.bootstrapServers()), "test"),
            TOPICS);
  }

  @Test
  void brokers_that_are_where_they_say_are_not_complained_of() {
    assertThat(
            AdvertisedAddresses.complaint(
                new KafkaClients(Map.of("bootstrap.servers", cluster.bootstrapServers()), "test")))
        .isEmpty();
  }

  @Test
  void topics_as_they_are_provisioned_are_taken() throws Exception {
    TopicsFound found = await();

    assertThat(found.partitions()).isEqualTo(Cluster.PARTITIONS);
    assertThat(found.replicas(LogTopics.NOTIFICATIONS.name())).isEqualTo((short) 1);
    assertThat(found.tombstonesKept()).isEqualTo(Duration.ofDays(1));
    assertThat(found.differences(Optional.of(Cluster.PARTITIONS))).isEmpty();
  }

  @Test
  void a_topic_that_would_lose_what_it_keeps_is_refused_by_name() throws Exception {
    configure(LogTopics.REGISTRATIONS, "cleanup.policy", "delete");
    try {
      assertThatThrownBy(TopicsIT::await)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(
              "tidings.registrations: cleanup.policy: delete (expected: compact)");
    } finally {
      configure(LogTopics.REGISTRATIONS, "cleanup.policy", "compact");
    }
  }

  @Test
  void one_that_keeps_notifications_by_their_writers_clocks_is_refused_by_name() throws Exception {
    configure(LogTopics.NOTIFICATIONS, "message.timestamp.type", "CreateTime");
    try {
      assertThatThrownBy(TopicsIT::await)
          .hasMessageContaining("tidings.notifications: message.timestamp.type: CreateTime");
    } finally {
      configure(LogTopics.NOTIFICATIONS, "message.timestamp.type", "LogAppendTime");
    }
  }

  @Test
  void the_log_tells_from_which_offset_on_it_has_what_was_written_since_a_time() throws Exception {
    String topic = LogTopics.SUBSCRIPTIONS.name();
    Instant before = Instant.now().minus(Duration.ofHours(1));
    Instant after = Instant.now().plus(Duration.ofHours(1));
    RecordMetadata record =
        cluster.appendBytes(LogTopics.SUBSCRIPTIONS, new byte[] {1}, new byte[] {2});
    TopicPartition written = new TopicPartition(topic, record.partition());
    TopicPartition empty = new TopicPartition(topic, (record.partition() + 1) % Cluster.PARTITIONS);
    KeptDeletions log =
        new LogDeletions(
            new KafkaClients(Map.of("bootstrap.servers", cluster.bootstrapServers()), "test"));
    Set<TopicPartition> asked =
        Set.of(
            written,
            empty,
            new TopicPartition(topic, Cluster.PARTITIONS),
            new TopicPartition("none", 0));

    assertThat(log.firstSince(asked, before)).isEqualTo(Map.of(written, 0L, empty, 0L));
    assertThat(log.firstSince(asked, after)).isEqualTo(Map.of(written, 1L, empty, 0L));
  }

  @Test
  void a_change_while_the_service_runs_is_named_until_it_is_taken_back() throws Exception {
    KafkaClients clients =
        new KafkaClients(Map.of("bootstrap.servers", cluster.bootstrapServers()), "test");
    List<String> recreated = new CopyOnWriteArrayList<>();
    try (TopicWatch watch =
        TopicWatch.start(
            clients,
            await(),
            TopicAccess.of(TOPICS, List.of()),
            recreated::add,
            Duration.ofMillis(200))) {
      for (Map.Entry<String, String> change :
          Map.of("cleanup.policy", "delete", "retention.ms", "60000").entrySet()) {
        LogTopic<?> topic =
            change.getKey().equals("retention.ms") ? LogTopics.DELIVERIES : LogTopics.REGISTRATIONS;
        String right = topic.configs().get(change.getKey());
        configure(topic, change.getKey(), change.getValue());
        try {
          Awaitility.await()
              .atMost(PATIENCE)
              .untilAsserted(() ->
                  assertThat(watch.wrong().orElse(""))
                      .startsWith(topic.name() + ": " + change.getKey() + ": " + change.getValue())
                      .contains("(expected: "));
        } finally {
          configure(topic, change.getKey(), right);
        }
        Awaitility.await().atMost(PATIENCE).until(() -> watch.wrong().isEmpty());
      }
      assertThat(recreated).isEmpty();

      cluster.makeAnew(LogTopics.SCHEDULES);

      Awaitility.await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(recreated).containsExactly(LogTopics.SCHEDULES.name()));
      Awaitility.await().atMost(PATIENCE).until(() -> watch.wrong().isEmpty());
    }
  }

  /** A commit of a topic that had more leaders keeps a consumer from reading the new one. */
  @Test
  void commits_of_later_leaders_than_there_are_go_to_the_beginning_once_nobody_is_in_the_group()
      throws Exception {
    String group = "of-a-deleted-topic";
    String topic = LogTopics.ERASURES.name();
    Set<TopicPartition> all =
        IntStream.range(0, Cluster.PARTITIONS)
            .mapToObj(number -> new TopicPartition(topic, number))
            .collect(Collectors.toSet());
    Map<String, Object> settings = Map.of("bootstrap.servers", cluster.bootstrapServers());
    cluster.commit(group, LogTopics.ERASURES, 0, Optional.of(9));
    cluster.commit(group, LogTopics.INBOX, 0, Optional.of(9));
    try (Admin admin = Admin.create(settings)) {
      GroupCommits commits = new GroupCommits(admin, group);
      assertThat(commits.ofLaterLeaders(Set.of(topic))).isEqualTo(all);
      assertThat(commits.compare(all, true).foreign()).isEqualTo(all);
      try (Consumer<byte[], byte[]> member = member(group)) {
        member.subscribe(List.of(topic));
        Awaitility.await()
            .atMost(PATIENCE)
            .until(() -> {
              member.poll(Duration.ofMillis(100));
              return !member.assignment().isEmpty();
            });
        assertThat(commits.rewind(all)).isFalse();
      }

      Awaitility.await().atMost(PATIENCE).until(() -> commits.rewind(all));

      assertThat(commits.ofLaterLeaders(Set.of(topic))).isEmpty();
      assertThat(commits.compare(all, true).foreign()).isEmpty();
      assertThat(commits.ofLaterLeaders(Set.of(LogTopics.INBOX.name()))).hasSize(all.size());
    }
  }

  private static Consumer<byte[], byte[]> member(String group) {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers",
            cluster.bootstrapServers(),
            "group.id",
            group,
            "enable.auto.commit",
            false),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }
}
