package dev.tidings.ingest.revoked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tidings.ingest.accept.RevocationLookup.UnknownException;
import dev.tidings.schemas.avro.Revocation;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.testing.ForeignValue;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.value.Token;
import dev.tidings.service.health.Health;
import dev.tidings.service.table.TableReader;
import dev.tidings.service.table.TableSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * Runs one after the other, over one directory and a topic that changes between them.
 *
 * <p>Shows G34, G44, G51 and G57 of docs/guarantees.md.
 */
final class RevocationsReaderTest {
  private static final TopicPartition PARTITION =
      new TopicPartition(LogTopics.REVOCATIONS.name(), 0);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;

  private final FakeRegistry server = new FakeRegistry();
  private final RegistryClient registry =
      new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, server.url())));
  private final AvroSerializer<Revocation> serializer = new AvroSerializer<>(registry);
  private final List<ConsumerRecord<byte[], byte[]>> topic = new ArrayList<>();
  private final List<Long> readFrom = new ArrayList<>();
  private long beginning;
  private long end;
  private volatile Uuid topicId = new Uuid(1, 1);
  private volatile Node leader = Node.noNode();
  private MockConsumer<byte[], byte[]> consumer;
  private volatile Instant now = Instant.ofEpochMilli(1_000_000);

  /** What the consumer throws, one after the other, when it is asked for its position. */
  private final Queue<KafkaException> positionFailures = new ConcurrentLinkedQueue<>();

  @AfterEach
  void stop() {
    registry.close();
    server.close();
  }

  private static Token token(int seed) {
    byte[] bytes = new byte[Token.BYTES];
    new Random(seed).nextBytes(bytes);
    return Token.of(bytes);
  }

  private void append(byte[] key, byte[] value) {
    topic.add(
        new ConsumerRecord<>(PARTITION.topic(), PARTITION.partition(), topic.size(), key, value));
  }

  private void revoke(int seed) {
    append(
        token(seed).key(),
        serializer.serialize(PARTITION.topic(), new Revocation((long) seed, "test")));
  }

  /** One run of the service, to the end of the topic as it is. */
  private void run(Run then) throws Exception {
    start((table, reader) -> {
      Awaitility.await().atMost(PATIENCE).until(reader::isWhole);
      then.with(table, reader);
    });
  }

  private void start(Run then) throws Exception {
    consumer =
        new MockConsumer<>("none") {
          @Override
          public synchronized void seek(TopicPartition partition, long offset) {
            super.seek(partition, offset);
            readFrom.add(offset);
            topic.stream().filter(record -> record.offset() >= offset).forEach(this::addRecord);
          }

          @Override
          public synchronized List<PartitionInfo> partitionsFor(String name) {
            return List.of(new PartitionInfo(name, 0, leader, null, null));
          }

          @Override
          public synchronized Map<TopicPartition, Long> endOffsets(
              Collection<TopicPartition> partitions, Duration timeout) {
            if (leader == null) {
              throw new TimeoutException("for the test");
            }
            return super.endOffsets(partitions, timeout);
          }

          @Override
          public synchronized long position(TopicPartition partition) {
            KafkaException failure = positionFailures.poll();
            if (failure != null) {
              throw failure;
            }
            return super.position(partition);
          }

          /** The one of Kafka asks nobody for it. */
          @Override
          public synchronized OptionalLong currentLag(TopicPartition partition) {
            return OptionalLong.of(topic.size() - super.position(partition));
          }
        };
    consumer.updateBeginningOffsets(new HashMap<>(Map.of(PARTITION, beginning)));
    consumer.updateEndOffsets(new HashMap<>(Map.of(PARTITION, Math.max(end, topic.size()))));
    try (RevocationTable table = RevocationTable.open(directory, 64 << 10, why -> {})) {
      try (RevocationsReader reader =
          RevocationsReader.start(
              new TableSource(
                  consumer,
                  "tidings.revocations",
                  () -> CompletableFuture.completedFuture(topicId),
                  () -> ""),
              registry,
              table,
              () -> now)) {
        then.with(table, reader);
      }
    }
  }

  private interface Run {
    void with(RevocationTable table, RevocationsReader reader) throws Exception;
  }

  /** Kafka's client says only that it was not answered in time. */
  @Test
  void a_partition_without_a_leader_is_named_and_read_once_it_has_one() throws Exception {
    revoke(1);
    leader = null;
    start((table, reader) -> {
      Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> reader.waitingFor().orElse("").contains("revocations-0 has no leader"));
      assertThat(reader.isWhole()).isFalse();

      leader = Node.noNode();

      Awaitility.await().atMost(PATIENCE).until(reader::isWhole);
      assertThat(table.revokedSince(token(1))).hasValue(1);
    });
  }

  /** The client asks the brokers for a position that it has to confirm, which may fail. */
  @Test
  void records_whose_positions_cannot_be_told_are_read_again() throws Exception {
    revoke(1);
    positionFailures.add(new TimeoutException("for the test"));
    positionFailures.add(new TopicAuthorizationException("for the test"));
    positionFailures.add(new WakeupException());

    run((table, reader) -> {
      assertThat(table.revokedSince(token(1))).hasValue(1);
      assertThat(positionFailures).isEmpty();
      assertThat(reader.readAgain()).isZero();
    });
    assertThat(readFrom).containsExactly(0L, 0L, 0L, 0L);
  }

  /** Whoever writes there what is none may have done so for years. */
  @Test
  void what_cannot_be_read_is_counted_and_not_logged_one_by_one() throws Exception {
    for (int i = 0; i < 300; i++) {
      append(new byte[] {(byte) i}, new byte[] {1});
    }
    revoke(1);
    Logger logger = (Logger) LoggerFactory.getLogger(TableReader.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    try {
      run((table, reader) -> {
        assertThat(reader.unreadable()).isEqualTo(300);
        assertThat(table.revokedSince(token(1))).hasValue(1);
      });
    } finally {
      logger.detachAppender(lines);
    }

    assertThat(List.copyOf(lines.list))
        .extracting(ILoggingEvent::getFormattedMessage)
        .filteredOn(line -> line.startsWith("unreadable record left out"))
        .hasSizeBetween(1, 30);
  }

  @ParameterizedTest
  @EnumSource
  void what_is_no_revocation_revokes_nothing_and_the_next_one_does(ForeignValue value)
      throws Exception {
    byte[] valid = serializer.serialize(PARTITION.topic(), new Revocation(1L, "test"));
    append(token(1).key(), value.bytes(valid, new AvroSerializer<>(registry)));
    revoke(2);

    run((table, reader) -> {
      assertThat(table.revokedSince(token(1))).isEmpty();
      assertThat(table.revokedSince(token(2))).hasValue(2);
      assertThat(reader.unreadable()).isEqualTo(1);
    });
  }

  @Test
  void keys_of_another_kind_are_passed_over() throws Exception {
    byte[] valid = serializer.serialize(PARTITION.topic(), new Revocation(1L, "test"));
    byte[][] keys = {
      null,
      {},
      token(1).hex().getBytes(StandardCharsets.UTF_16),
      (token(1).hex() + "0").getBytes(StandardCharsets.UTF_8),
      new byte[1 << 20]
    };
    for (byte[] key : keys) {
      append(key, valid);
    }
    revoke(2);

    run((table, reader) -> {
      assertThat(table.revokedSince(token(1))).isEmpty();
      assertThat(table.revokedSince(token(2))).hasValue(2);
      assertThat(reader.unreadable()).isEqualTo(keys.length);
    });
  }

  @Test
  void a_revocation_may_have_any_time_and_its_record_too() throws Exception {
    long[] times = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE};
    for (int seed = 0; seed < times.length; seed++) {
      topic.add(
          new ConsumerRecord<>(
              PARTITION.topic(),
              PARTITION.partition(),
              topic.size(),
              times[seed],
              TimestampType.CREATE_TIME,
              ConsumerRecord.NULL_SIZE,
              ConsumerRecord.NULL_SIZE,
              token(seed).key(),
              serializer.serialize(PARTITION.topic(), new Revocation(times[seed], "test")),
              new RecordHeaders().add("", null),
              Optional.empty()));
    }

    run((table, reader) -> {
      for (int seed = 0; seed < times.length; seed++) {
        assertThat(table.revokedSince(token(seed))).hasValue(Math.max(0, times[seed]));
      }
      assertThat(reader.unreadable()).isZero();
    });
  }

  @Test
  void the_next_run_reads_only_what_is_new() throws Exception {
    for (int i = 0; i < 1_000; i++) {
      revoke(i);
    }
    run((table, reader) -> assertThat(table.revokedSince(token(999))).hasValue(999));
    revoke(1_000);
    append(token(5).key(), null);

    run((table, reader) -> {
      assertThat(table.revokedSince(token(0))).hasValue(0);
      assertThat(table.revokedSince(token(1_000))).hasValue(1_000);
      assertThat(table.revokedSince(token(5))).isEmpty();
      assertThat(table.revokedSince(token(1_001))).isEmpty();
    });
    assertThat(readFrom).containsExactly(0L, 1_000L);
  }

  @Test
  void a_filter_that_a_crash_has_left_none_of_is_made_behind_the_start() throws Exception {
    for (int i = 0; i < 1_000; i++) {
      revoke(i);
    }
    run((table, reader) -> {});
    Files.delete(directory.resolve("filter"));

    run((table, reader) -> {
      assertThat(table.revokedSince(token(999))).hasValue(999);
      Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> {
            long before = table.lookups();
            for (int i = 1_000; i < 1_100; i++) {
              assertThat(table.revokedSince(token(i))).isEmpty();
            }
            return table.lookups() - before < 50;
          });
      assertThat(table.revokedSince(token(0))).hasValue(0);
    });
    assertThat(readFrom).containsExactly(0L, 1_000L);
  }

  @Test
  void what_cannot_be_read_is_left_out_and_not_read_again() throws Exception {
    append(null, null);
    append(new byte[] {1}, null);
    append(token(1).key(), new byte[] {1, 2, 3});
    revoke(2);

    run((table, reader) -> {
      assertThat(reader.unreadable()).isEqualTo(3);
      assertThat(table.revokedSince(token(1))).isEmpty();
      assertThat(table.revokedSince(token(2))).hasValue(2);
    });
    run((table, reader) -> assertThat(reader.unreadable()).isZero());
  }

  @Test
  void a_topic_that_began_anew_is_read_from_its_beginning() throws Exception {
    revoke(1);
    revoke(2);
    run((table, reader) -> {});
    topic.clear();
    revoke(3);

    run((table, reader) -> {
      assertThat(table.revokedSince(token(1))).isEmpty();
      assertThat(table.revokedSince(token(3))).hasValue(3);
    });
    assertThat(readFrom).containsExactly(0L, 0L);
  }

  @Test
  void a_topic_that_is_made_anew_while_it_is_read_is_read_from_its_beginning() throws Exception {
    revoke(1);
    revoke(2);

    run((table, reader) -> {
      // It is longer than what was read of the other: nothing but its id tells.
      topic.clear();
      for (int seed = 3; seed < 6; seed++) {
        revoke(seed);
      }
      consumer.updateEndOffsets(new HashMap<>(Map.of(PARTITION, 3L)));
      topicId = new Uuid(2, 2);

      Awaitility.await().atMost(PATIENCE).until(() -> table.revokedSince(token(5)).isPresent());
      assertThat(table.revokedSince(token(3))).hasValue(3);
      assertThat(table.revokedSince(token(1))).isEmpty();
      assertThat(reader.readAgain()).isEqualTo(1);
      assertThat(reader.isWhole()).isTrue();
    });
    assertThat(readFrom).containsExactly(0L, 0L);
  }

  @Test
  void a_topic_that_was_made_anew_while_the_service_was_away_is_read_from_its_beginning()
      throws Exception {
    revoke(1);
    revoke(2);
    run((table, reader) -> {});
    topic.clear();
    for (int seed = 3; seed < 6; seed++) {
      revoke(seed);
    }
    topicId = new Uuid(2, 2);

    run((table, reader) -> {
      assertThat(table.revokedSince(token(3))).hasValue(3);
      assertThat(table.revokedSince(token(1))).isEmpty();
      assertThat(reader.readAgain()).isEqualTo(1);
    });
    assertThat(readFrom).containsExactly(0L, 0L);
  }

  @Test
  void a_topic_that_has_lost_what_was_read_is_read_from_its_beginning() throws Exception {
    revoke(1);
    revoke(2);

    run((table, reader) -> {
      topic.set(1, new ConsumerRecord<>(PARTITION.topic(), 0, 1, token(7).key(), null));
      consumer.schedulePollTask(
          () -> consumer.setPollException(new OffsetOutOfRangeException(Map.of(PARTITION, 2L))));

      Awaitility.await().atMost(PATIENCE).until(() -> table.revokedSince(token(2)).isEmpty());
      Awaitility.await().atMost(PATIENCE).until(() -> table.revokedSince(token(1)).isPresent());
      assertThat(reader.readAgain()).isEqualTo(1);
    });
  }

  @Test
  void what_the_topics_retention_drops_before_it_is_read_is_no_reason_to_read_again()
      throws Exception {
    revoke(1);
    revoke(2);

    run((table, reader) -> {
      beginning = 5;
      for (int seed = 3; seed < 8; seed++) {
        revoke(seed);
      }
      consumer.updateBeginningOffsets(new HashMap<>(Map.of(PARTITION, 5L)));
      consumer.updateEndOffsets(new HashMap<>(Map.of(PARTITION, 7L)));
      consumer.schedulePollTask(
          () -> consumer.setPollException(new OffsetOutOfRangeException(Map.of(PARTITION, 2L))));

      Awaitility.await().atMost(PATIENCE).until(() -> table.revokedSince(token(7)).isPresent());
      assertThat(reader.readAgain()).isZero();
    });
    assertThat(readFrom).containsExactly(0L, 5L);
  }

  @Test
  void a_table_that_is_older_than_tombstones_is_read_again() throws Exception {
    revoke(1);
    revoke(2);
    run((table, reader) -> {});
    // Its tombstone came and went while nobody was there.
    topic.set(0, new ConsumerRecord<>(PARTITION.topic(), 0, 0, token(7).key(), null));
    now = now.plus(Duration.ofDays(1));

    run((table, reader) -> {
      assertThat(table.revokedSince(token(1))).isEmpty();
      assertThat(table.revokedSince(token(2))).hasValue(2);
    });
    assertThat(readFrom).containsExactly(0L, 0L);
  }

  /**
   * A clock that was set forward, for example: nothing is to be believed while it is read again.
   */
  @Test
  void while_it_is_read_again_no_token_counts_as_valid_and_readiness_says_so() throws Exception {
    revoke(1);

    run((table, reader) -> {
      assertThat(reader.revokedSince(token(1))).hasValue(1);
      assertThat(reader.revokedSince(token(2))).isEmpty();
      assertThat(reader.health()).isEqualTo(Health.healthy());

      end = topic.size() + 1L;
      consumer.updateEndOffsets(new HashMap<>(Map.of(PARTITION, end)));
      now = now.plus(Duration.ofHours(21));

      Awaitility.await().atMost(PATIENCE).until(() -> !reader.health().equals(Health.healthy()));
      // What has been read again is known already.
      Awaitility.await().atMost(PATIENCE).until(() -> table.revokedSince(token(1)).isPresent());
      assertThat(reader.revokedSince(token(1))).hasValue(1);
      assertThatThrownBy(() -> reader.revokedSince(token(2))).isInstanceOf(UnknownException.class);
      assertThat(reader.health()).isNotEqualTo(Health.healthy());

      consumer.schedulePollTask(() -> {
        revoke(2);
        consumer.addRecord(topic.getLast());
      });
      Awaitility.await().atMost(PATIENCE).until(() -> reader.health().equals(Health.healthy()));
      assertThat(reader.revokedSince(token(2))).hasValue(2);
      assertThat(reader.revokedSince(token(3))).isEmpty();
    });
  }

  @Test
  void runs_that_do_not_reach_the_end_make_an_old_table_no_younger() throws Exception {
    revoke(1);
    run((table, reader) -> {});
    for (int run = 0; run < 2; run++) {
      now = now.plus(Duration.ofHours(15));
      readFrom.clear();
      end = topic.size() + 1L;
      start(
          (table, reader) -> Awaitility.await().atMost(PATIENCE).until(() -> !readFrom.isEmpty()));
    }

    assertThat(readFrom).containsExactly(0L);
  }

  @Test
  void what_the_topic_forgot_while_the_service_was_away_is_forgotten() throws Exception {
    revoke(1);
    revoke(2);
    run((table, reader) -> {});
    beginning = 1;

    run((table, reader) -> {
      Awaitility.await().atMost(PATIENCE).until(() -> table.revokedSince(token(1)).isEmpty());
      assertThat(table.revokedSince(token(2))).hasValue(2);
    });
  }
}
