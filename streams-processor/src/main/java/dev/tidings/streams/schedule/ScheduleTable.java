package dev.tidings.streams.schedule;

import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.streams.step.Passing;
import dev.tidings.streams.step.StepContext;
import dev.tidings.streams.step.TopicTable;
import dev.tidings.streams.write.CommitWatch;
import dev.tidings.streams.write.OwnStoreBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The schedule's part of the topology: the table over {@code schedules}, whose changelog is that
 * topic itself, and what tells of commits.
 */
public final class ScheduleTable {
  /** The processor that forwards what was read from {@code schedules}. */
  public static final String READ = "keep-schedules";

  private static final String SOURCE = "read-schedules";

  private ScheduleTable() {}

  /** Adds the source and its table, before the processor that works with them. */
  public static void addSource(
      Topology topology, StepContext context, TimestampExtractor timestamps) {
    new TopicTable(context.names().of(LogTopics.SCHEDULES), SOURCE, READ)
        .addTo(topology, table(context), timestamps, Passing::new);
  }

  /** Gives the processor that works with it access to the table. */
  public static void connect(Topology topology, StepContext context, String processor) {
    topology.connectProcessorAndStateStores(processor, context.schedulesStore());
    topology.addStateStore(CommitWatch.builder(), processor);
  }

  private static StoreBuilder<ScheduleStore> table(StepContext context) {
    String name = context.schedulesStore();
    return new OwnStoreBuilder<>(
        name, () -> new ScheduleStore(Stores.persistentKeyValueStore(name).get(), context));
  }
}
