package dev.tidings.node.log.life;

import dev.tidings.service.kafka.TopicIds;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.TopicPartition;

/**
 * Looks up what the brokers have of a partition. Never blocks, because a partition without a
 * leader, or a group without a coordinator, must not hold up the partitions that are being read.
 * Thread-safe. Each stage completes on any thread; exceptionally if the brokers do not answer.
 */
public interface LogLookup extends TopicIds {
  /** Completes with the last commit; empty if there is none. */
  CompletionStage<Optional<Commit>> committed(TopicPartition partition);

  /** Completes with the state of the log, without a {@linkplain LogState#divergence divergence}. */
  CompletionStage<LogState> state(TopicPartition partition);
}
