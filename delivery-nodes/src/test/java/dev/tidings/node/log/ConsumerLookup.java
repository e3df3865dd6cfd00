package dev.tidings.node.log;

import dev.tidings.node.log.life.Commit;
import dev.tidings.node.log.life.LogLookup;
import dev.tidings.node.log.life.LogState;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/** Looks up what a fake consumer has been told, in threads of its own. */
record ConsumerLookup(Supplier<MockConsumer<byte[], byte[]>> consumer, Supplier<Uuid> topic)
    implements LogLookup {
  private static final Duration WAIT = Duration.ofSeconds(2);
  private static final Executor OTHERS = task -> Thread.ofVirtual().start(task);

  @Override
  public CompletionStage<Uuid> of(String name) {
    return CompletableFuture.completedFuture(topic.get());
  }

  @Override
  public CompletionStage<Optional<Commit>> committed(TopicPartition partition) {
    return CompletableFuture.supplyAsync(
        () ->
            Optional.ofNullable(consumer.get().committed(Set.of(partition)).get(partition))
                .map(Commit::of),
        OTHERS);
  }

  @Override
  public CompletionStage<LogState> state(TopicPartition partition) {
    return CompletableFuture.supplyAsync(
        () -> {
          Uuid id = topic.get();
          Set<TopicPartition> one = Set.of(partition);
          return new LogState(
              id,
              consumer.get().beginningOffsets(one, WAIT).getOrDefault(partition, 0L),
              consumer.get().endOffsets(one, WAIT).getOrDefault(partition, 0L),
              Optional.empty());
        },
        OTHERS);
  }
}
