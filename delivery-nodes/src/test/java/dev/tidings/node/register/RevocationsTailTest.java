package dev.tidings.node.register;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Revocation;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.testing.ForeignValue;
import dev.tidings.schemas.topic.LogTopics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Anyone may write to the topic: what is no revocation revokes nothing, and the next one does.
 *
 * <p>Shows G51 and G125 of docs/guarantees.md.
 */
final class RevocationsTailTest {
  private static final TopicPartition PARTITION =
      new TopicPartition(LogTopics.REVOCATIONS.name(), 0);
  private static final String TOKEN = "%064x".formatted(1);
  private static final String NEXT = "%064x".formatted(2);

  private final FakeRegistry server = new FakeRegistry();
  private final RegistryClient registry = registry();
  private final AvroSerializer<SpecificRecord> serializer = new AvroSerializer<>(registry);
  private final List<ConsumerRecord<byte[], byte[]>> topic = new ArrayList<>();
  private final RevokedTokens revoked = new RevokedTokens(100);

  @AfterEach
  void stop() {
    registry.close();
    server.close();
  }

  private RegistryClient registry() {
    return new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, server.url())));
  }

  private byte[] revocation(String why) {
    return serializer.serialize(PARTITION.topic(), new Revocation(1L, why));
  }

  private void append(byte @Nullable [] key, byte @Nullable [] value) {
    append(key, value, 0);
  }

  private void append(byte @Nullable [] key, byte @Nullable [] value, long timestamp) {
    RecordHeaders headers = new RecordHeaders();
    headers.add("", null).add("why", "\uD83D\uDE00".getBytes(UTF_16));
    topic.add(
        new ConsumerRecord<>(
            PARTITION.topic(),
            PARTITION.partition(),
            topic.size(),
            timestamp,
            TimestampType.CREATE_TIME,
            ConsumerRecord.NULL_SIZE,
            ConsumerRecord.NULL_SIZE,
            key,
            value,
            headers,
            Optional.empty()));
  }

  /** Reads all there is, and returns how much of it was skipped. */
  private long read(RegistryClient asked) throws Exception {
    MockConsumer<byte[], byte[]> consumer =
        new MockConsumer<>("earliest") {
          @Override
          public synchronized void seek(TopicPartition partition, long offset) {
            super.seek(partition, offset);
            topic.forEach(this::addRecord);
          }
        };
    consumer.updatePartitions(
        PARTITION.topic(),
        List.of(new PartitionInfo(PARTITION.topic(), 0, Node.noNode(), null, null)));
    consumer.updateBeginningOffsets(new HashMap<>(Map.of(PARTITION, 0L)));
    consumer.updateEndOffsets(new HashMap<>(Map.of(PARTITION, (long) topic.size())));
    try (RevocationsTail tail =
        new RevocationsTail(
            consumer, PARTITION.topic(), revoked, new RevocationCheck(asked), 100, () -> "")) {
      tail.start();
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(tail::isComplete);
      return tail.unreadable();
    }
  }

  @ParameterizedTest
  @EnumSource
  void what_is_no_revocation_revokes_nothing_and_is_counted(ForeignValue value) throws Exception {
    append(TOKEN.getBytes(UTF_8), value.bytes(revocation("leaked"), serializer));
    append(NEXT.getBytes(UTF_8), revocation("leaked"));

    assertThat(read(registry)).isEqualTo(1);
    assertThat(revoked.isRevoked(TOKEN)).isFalse();
    assertThat(revoked.isRevoked(NEXT)).isTrue();
  }

  @Test
  void a_key_that_is_no_token_is_passed_over_and_a_tombstone_is_none() throws Exception {
    append(null, revocation("leaked"));
    append(new byte[0], revocation("leaked"));
    append(TOKEN.getBytes(UTF_16), revocation("leaked"));
    append((TOKEN + "0").getBytes(UTF_8), revocation("leaked"));
    append(new byte[1 << 20], revocation("leaked"));
    append(TOKEN.getBytes(UTF_8), null);
    append(NEXT.getBytes(UTF_8), revocation(RevocationsTail.UNREGISTERED));

    assertThat(read(registry)).isEqualTo(5);
    assertThat(revoked.isRevoked(TOKEN)).isFalse();
    assertThat(revoked.isRevoked(NEXT)).isTrue();
  }

  @Test
  void a_token_revoked_by_an_erasure_is_known_as_such() throws Exception {
    append(TOKEN.getBytes(UTF_8), revocation(RevocationsTail.ERASED));
    append(NEXT.getBytes(UTF_8), revocation(RevocationsTail.UNREGISTERED));

    assertThat(read(registry)).isZero();
    assertThat(revoked.isErased(TOKEN)).isTrue();
    assertThat(revoked.isRevoked(NEXT)).isTrue();
    assertThat(revoked.isErased(NEXT)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE})
  void its_time_may_be_anything(long time) throws Exception {
    append(
        TOKEN.getBytes(UTF_8),
        serializer.serialize(PARTITION.topic(), new Revocation(time, "leaked")),
        time);

    assertThat(read(registry)).isZero();
    assertThat(revoked.isRevoked(TOKEN)).isTrue();
  }

  @Test
  void while_no_registry_can_be_asked_its_key_is_enough() throws Exception {
    append(TOKEN.getBytes(UTF_8), revocation("leaked"));
    try (RegistryClient another = registry()) {
      server.close();

      assertThat(read(another)).isZero();
    }
    assertThat(revoked.isRevoked(TOKEN)).isTrue();
  }

  /** A token whose revocation is in it could be given back, so the rest is not enough. */
  @Test
  void a_partition_without_a_leader_is_named_and_waited_for_while_the_others_are_read()
      throws Exception {
    TopicPartition other = new TopicPartition(PARTITION.topic(), 1);
    append(TOKEN.getBytes(UTF_8), revocation("leaked"));
    AtomicBoolean led = new AtomicBoolean();
    MockConsumer<byte[], byte[]> consumer =
        new MockConsumer<>("earliest") {
          @Override
          public synchronized List<PartitionInfo> partitionsFor(String topic) {
            return List.of(
                new PartitionInfo(topic, 0, Node.noNode(), null, null),
                new PartitionInfo(topic, 1, led.get() ? Node.noNode() : null, null, null));
          }

          @Override
          public synchronized Map<TopicPartition, Long> endOffsets(
              Collection<TopicPartition> partitions, Duration timeout) {
            if (partitions.contains(other) && !led.get()) {
              throw new TimeoutException("for the test");
            }
            return super.endOffsets(partitions, timeout);
          }

          @Override
          public synchronized void seek(TopicPartition partition, long offset) {
            super.seek(partition, offset);
            if (partition.equals(PARTITION)) {
              topic.forEach(this::addRecord);
            }
          }
        };
    consumer.updateBeginningOffsets(new HashMap<>(Map.of(PARTITION, 0L, other, 0L)));
    consumer.updateEndOffsets(new HashMap<>(Map.of(PARTITION, 1L, other, 0L)));
    try (RevocationsTail tail =
        new RevocationsTail(
            consumer, PARTITION.topic(), revoked, new RevocationCheck(registry), 100, () -> "")) {
      tail.start();
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> revoked.isRevoked(TOKEN));
      long before = tail.steps();
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> tail.steps() > before);
      assertThat(tail.isComplete()).isFalse();
      assertThat(tail.waitsFor()).isEqualTo("revocations: tidings.revocations-1 has no leader");

      led.set(true);

      Awaitility.await().atMost(Duration.ofSeconds(60)).until(tail::isComplete);
      assertThat(tail.waitsFor()).isEmpty();
    }
  }

  /** Another process in its place would find the same: it is no reason to begin anew. */
  @Test
  void a_damaged_batch_is_named_while_the_rest_is_waited_for() throws Exception {
    String damaged = PARTITION + " is not read: offset 0: crc";
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    consumer.updatePartitions(
        PARTITION.topic(),
        List.of(new PartitionInfo(PARTITION.topic(), 0, Node.noNode(), null, null)));
    consumer.updateBeginningOffsets(new HashMap<>(Map.of(PARTITION, 0L)));
    consumer.updateEndOffsets(new HashMap<>(Map.of(PARTITION, 1L)));
    try (RevocationsTail tail =
        new RevocationsTail(
            consumer,
            PARTITION.topic(),
            new RevokedTokens(10),
            new RevocationCheck(registry),
            100,
            () -> damaged)) {
      tail.start();

      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> tail.steps() > 10);
      assertThat(tail.waitsFor()).isEqualTo("revocations: " + damaged);
      assertThat(tail.isComplete()).isFalse();
    }
  }

  @Test
  void nothing_more_is_read_while_what_was_read_has_to_be_noted() throws Exception {
    AtomicBoolean noted = new AtomicBoolean();
    AtomicInteger asked = new AtomicInteger();
    AtomicInteger polls = new AtomicInteger();
    MockConsumer<byte[], byte[]> consumer =
        new MockConsumer<>("earliest") {
          @Override
          public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            polls.incrementAndGet();
            return super.poll(timeout);
          }
        };
    consumer.updatePartitions(
        PARTITION.topic(),
        List.of(new PartitionInfo(PARTITION.topic(), 0, Node.noNode(), null, null)));
    consumer.updateBeginningOffsets(new HashMap<>(Map.of(PARTITION, 0L)));
    consumer.updateEndOffsets(new HashMap<>(Map.of(PARTITION, 0L)));
    try (RevocationsTail tail =
        new RevocationsTail(
            consumer,
            PARTITION.topic(),
            new RevokedTokens(10),
            new RevocationCheck(registry),
            100,
            () -> "")) {
      tail.askBeforeReading(() -> {
        asked.incrementAndGet();
        return noted.get();
      });
      tail.start();

      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> asked.get() > 1);
      assertThat(polls.get()).isZero();
      noted.set(true);
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> polls.get() > 0);
    }
  }
}
