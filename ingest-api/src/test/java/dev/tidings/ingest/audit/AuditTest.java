package dev.tidings.ingest.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.ingest.earlier.KnownReceipts.Presence;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How the audit keeps its membership and its places. Shows G148 of docs/guarantees.md. */
class AuditTest {
  private static final String TOPIC = FakePositions.NAMES.notifications();
  private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
  private static final Duration SOON = Duration.ofSeconds(30);

  private final FakeRegistry registries = new FakeRegistry();
  private final RegistryClient registry =
      new RegistryClient(RegistryConfig.of(Map.of("schema.registry.url", registries.url())));
  private final FakePositions log = new FakePositions();
  private final Horizon horizon = new Horizon(log, FakePositions.NAMES, 0);
  private final AtomicInteger members = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();
  private final Queue<KafkaException> failures = new ConcurrentLinkedQueue<>();
  private final List<OffsetAndMetadata> committed = new CopyOnWriteArrayList<>();
  private final Audit audit =
      new Audit(
          () -> {
            members.incrementAndGet();
            return new Member();
          },
          TOPIC,
          "audit",
          log,
          horizon,
          new AuditReading(
              new AcceptedReader(registry),
              keys -> keys.stream().map(_ -> Presence.THERE).toList(),
              horizon,
              Duration.ofDays(7).toMillis()),
          1_000,
          InstantSource.system());

  @AfterEach
  void close() throws Exception {
    audit.close();
    registry.close();
    registries.close();
  }

  /** Has the only partition from the beginning; its commits fail as the test says. */
  private final class Member extends MockConsumer<byte[], byte[]> {
    private Member() {
      super("latest");
      updatePartitions(
          TOPIC, List.of(new PartitionInfo(TOPIC, 0, Node.noNode(), new Node[0], new Node[0])));
      updateBeginningOffsets(Map.of(PARTITION, 0L));
      updateEndOffsets(Map.of(PARTITION, 0L));
      schedulePollTask(() -> rebalance(List.of(PARTITION)));
    }

    @Override
    public synchronized void commitSync(
        Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
      // The first one is made as the partition is assigned, where no rebalance is going on.
      KafkaException failure = committed.isEmpty() ? null : failures.poll();
      if (failure != null) {
        throw failure;
      }
      super.commitSync(offsets, timeout);
      committed.addAll(offsets.values());
    }

    @Override
    public synchronized void close(CloseOptions options) {
      closed.incrementAndGet();
    }
  }

  private void round() {
    int before = committed.size();
    log.ends.put(TOPIC, 0L);
    await().atMost(SOON).until(() -> committed.size() > before);
  }

  @Test
  void a_rebalance_in_which_nothing_can_be_committed_is_waited_for_in_the_group() {
    failures.add(new RebalanceInProgressException());
    audit.start();
    round();
    round();

    assertThat(failures).isEmpty();
    assertThat(closed).as("it did not leave").hasValue(0);
    assertThat(members).hasValue(1);
  }

  @Test
  void whoever_cannot_commit_for_another_reason_joins_anew() {
    failures.add(new DisconnectException());
    audit.start();
    round();

    await().atMost(SOON).until(() -> members.get() == 2);
    assertThat(closed).hasValue(1);
  }
}
