package dev.tidings.node.log.partition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.log.life.StartPoint;
import dev.tidings.node.window.CommitPoint;
import dev.tidings.node.window.Life;
import dev.tidings.service.health.Health;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class CommitsTest {
  private final List<Set<TopicPartition>> committed = new ArrayList<>();
  private final OwnedPartition first = owned(0);
  private final OwnedPartition second = owned(1);
  private final List<OwnedPartition> both = List.of(first, second);
  private final Commits seldom = commits(Duration.ofHours(1));

  /** How the next commits end; null if well. */
  private @Nullable Exception ending;

  private Commits commits(Duration renewal) {
    MockConsumer<byte[], byte[]> consumer =
        new MockConsumer<>("none") {
          @Override
          public synchronized void commitAsync(
              Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
            committed.add(Set.copyOf(offsets.keySet()));
            callback.onComplete(offsets, ending);
          }
        };
    return new Commits(
        () -> consumer, renewal, Duration.ZERO, new ReaderMeters(new SimpleMeterRegistry()));
  }

  private static OwnedPartition owned(int number) {
    return new OwnedPartition(
        new TopicPartition("tidings.deliveries", number),
        new RecordingSink(),
        new StartPoint(Life.first(Uuid.ZERO_UUID), point(0), Optional.empty(), 0));
  }

  private static CommitPoint point(long low) {
    return new CommitPoint(low, new BitSet());
  }

  @Test
  void only_what_has_changed_is_committed_before_the_renewal() {
    seldom.commit(both);
    seldom.commit(both);
    second.resolved(point(7));
    seldom.commit(both);

    assertThat(committed)
        .containsExactly(Set.of(first.partition(), second.partition()), Set.of(second.partition()));
  }

  @Test
  void everything_is_committed_again_at_the_renewal() {
    Commits often = commits(Duration.ZERO);
    often.commit(both);
    often.commit(both);

    assertThat(committed)
        .hasSize(2)
        .allSatisfy(partitions ->
            assertThat(partitions)
                .containsExactlyInAnyOrder(first.partition(), second.partition()));
  }

  @Test
  void what_could_not_be_committed_still_has_to_be_and_not_at_once() {
    ending = new TimeoutException("no answer");
    seldom.commit(both);
    seldom.commit(both);

    assertThat(committed).hasSize(1);
    assertThat(both).allMatch(OwnedPartition::isUncommitted);
    assertThat(seldom.health()).as("a single failure").isInstanceOf(Health.Healthy.class);
  }

  @Test
  void a_refused_commit_is_told_at_once() {
    ending = new GroupAuthorizationException("tidings-delivery-nodes");
    seldom.commit(both);

    assertThat(seldom.health()).isInstanceOf(Health.Unhealthy.class);
  }
}
