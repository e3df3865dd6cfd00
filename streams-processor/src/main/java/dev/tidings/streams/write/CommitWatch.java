package dev.tidings.streams.write;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * A store without contents, which counts the commits of its task. Kafka Streams commits the stores
 * of a task after all that the task has written is in the log, and offers nothing else that says
 * so. Confined to the task's thread.
 */
public final class CommitWatch implements StateStore {
  public static final String NAME = "commits";

  private long commits;
  private boolean open;

  /** Returns the builder for a topology. */
  public static StoreBuilder<CommitWatch> builder() {
    return new OwnStoreBuilder<>(NAME, CommitWatch::new);
  }

  /** Returns how many commits there have been: what was written before the last is in the log. */
  public long commits() {
    return commits;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    context.register(root, (key, value) -> {});
    open = true;
  }

  @Override
  public void commit(Map<TopicPartition, Long> changelogOffsets) {
    commits++;
  }

  @Override
  public void close() {
    open = false;
  }

  @Override
  public boolean persistent() {
    return false;
  }

  @Override
  public boolean isOpen() {
    return open;
  }
}
