package dev.tidings.streams.resolve;

import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.streams.schedule.ScheduleTable;
import dev.tidings.streams.step.StepContext;
import dev.tidings.streams.step.TopicTable;
import dev.tidings.streams.step.TopologyStep;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Resolves tokens: notifications, those whose time has come, and registrations in; deliveries,
 * receipts and dead letters out, and what is to be scheduled; and notifications in the wrong
 * partition forwarded to the right one. All records are bytes, so that an invalid record cannot
 * fail before our code has seen it.
 */
public final class ResolveStep implements TopologyStep {
  private static final String READ_NOTIFICATIONS = "read-notifications";
  private static final String READ_REGISTRATIONS = "read-registrations";
  private static final String KEEP_REGISTRATIONS = "keep-registrations";
  private static final String RESOLVE = "resolve";

  private final StepContext context;

  /** The step; its tasks are made from the context, each with readers and writers of its own. */
  public ResolveStep(StepContext context) {
    this.context = context;
  }

  @Override
  public String output() {
    return RESOLVE;
  }

  @Override
  public void addTo(Topology topology) {
    // With the default extractor, a negative timestamp, which any producer can write, would stop
    // the partition permanently.
    TimestampExtractor timestamps =
        (record, partitionTime) ->
            record.timestamp() < 0 ? context.clock().millis() : record.timestamp();
    new TopicTable(
            context.names().of(LogTopics.REGISTRATIONS), READ_REGISTRATIONS, KEEP_REGISTRATIONS)
        .addTo(
            topology,
            store(context.registrationsStore()).withLoggingDisabled(),
            timestamps,
            () -> new RegistrationKeeper(context));
    topology.addSource(
        AutoOffsetReset.earliest(),
        READ_NOTIFICATIONS,
        timestamps,
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer(),
        context.names().of(LogTopics.NOTIFICATIONS));
    ScheduleTable.addSource(topology, context, timestamps);
    topology.addProcessor(
        RESOLVE,
        () -> new Resolver(context),
        READ_NOTIFICATIONS,
        KEEP_REGISTRATIONS,
        ScheduleTable.READ);
    ScheduleTable.connect(topology, context, RESOLVE);
    topology.connectProcessorAndStateStores(RESOLVE, context.registrationsStore());
    topology.addStateStore(store(context.waitingStore()), RESOLVE);
    topology.addStateStore(store(context.countsStore()), RESOLVE);
  }

  private static StoreBuilder<KeyValueStore<Bytes, byte[]>> store(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
        .withCachingDisabled();
  }
}
