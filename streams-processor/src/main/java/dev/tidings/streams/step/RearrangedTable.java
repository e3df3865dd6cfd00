package dev.tidings.streams.step;

import dev.tidings.streams.write.RestoringContext;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * A table over a topic whose rows are not the records of the topic: they have other keys, so that
 * they are in another order. The records are rearranged while the table is restored, too. Confined
 * to the task's thread, which has it from the one that restores.
 */
public abstract class RearrangedTable implements StateStore {
  private final KeyValueStore<Bytes, byte[]> store;

  /** Creates a table whose rows are in a store that it opens and closes. */
  protected RearrangedTable(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  /** Puts records of the topic into the table. */
  protected abstract void restore(Collection<KeyValue<byte[], byte[]>> records);

  @Override
  public void init(StateStoreContext context, StateStore root) {
    store.init(new RestoringContext(context, this::restore), root);
  }

  @Override
  public final String name() {
    return store.name();
  }

  @Override
  public final boolean persistent() {
    return store.persistent();
  }

  @Override
  public final boolean isOpen() {
    return store.isOpen();
  }

  // Kafka Streams asks a store that wraps another one too.
  @SuppressWarnings("deprecation")
  @Override
  public final boolean managesOffsets() {
    return store.managesOffsets();
  }

  @Override
  public final Long committedOffset(TopicPartition partition) {
    return store.committedOffset(partition);
  }

  @Override
  public final void commit(Map<TopicPartition, Long> changelogOffsets) {
    store.commit(changelogOffsets);
  }

  @Override
  public final Position getPosition() {
    return store.getPosition();
  }

  @Override
  public final void close() {
    store.close();
  }
}
