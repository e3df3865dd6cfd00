package dev.tidings.streams.resolve;

import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.Partitioning;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.streams.write.Sinks;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The topology of this service: notifications and registrations in; deliveries, receipts and dead
 * letters out; and notifications in the wrong partition forwarded to the right one. All records are
 * bytes, so that an invalid record cannot fail before our code has seen it.
 */
public final class ResolveTopology {
  private static final String READ_NOTIFICATIONS = "read-notifications";
  private static final String READ_REGISTRATIONS = "read-registrations";
  private static final String KEEP_REGISTRATIONS = "keep-registrations";
  private static final String RESOLVE = "resolve";

  private ResolveTopology() {}

  /**
   * Returns the topology; tasks are created from the setup, each with its own readers and writers.
   */
  public static Topology of(Setup setup) {
    Topology topology = new Topology();
    // With the default extractor, a negative timestamp, which any producer can write, would stop
    // the partition permanently.
    TimestampExtractor timestamps =
        (record, partitionTime) ->
            record.timestamp() < 0 ? setup.clock().millis() : record.timestamp();
    topology.addReadOnlyStateStore(
        store(setup.registrationsStore()).withLoggingDisabled(),
        READ_REGISTRATIONS,
        timestamps,
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer(),
        setup.names().of(LogTopics.REGISTRATIONS),
        KEEP_REGISTRATIONS,
        forwarding(() -> new RegistrationKeeper(setup)));
    topology.addSource(
        AutoOffsetReset.earliest(),
        READ_NOTIFICATIONS,
        timestamps,
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer(),
        setup.names().of(LogTopics.NOTIFICATIONS));
    topology.addProcessor(
        RESOLVE, () -> new Resolver(setup), READ_NOTIFICATIONS, KEEP_REGISTRATIONS);
    topology.connectProcessorAndStateStores(RESOLVE, setup.registrationsStore());
    topology.addStateStore(store(setup.waitingStore()), RESOLVE);
    sink(topology, Sinks.DELIVERIES, setup.names().of(LogTopics.DELIVERIES));
    sink(
        topology,
        Sinks.RECEIPTS,
        setup.names().of(LogTopics.RECEIPTS),
        (topic, key, value, partitions) ->
            Optional.of(Set.of(ReceiptKey.partition(key, partitions))));
    sink(topology, Sinks.DEAD_LETTERS, setup.names().of(LogTopics.DEAD_LETTERS));
    sink(
        topology,
        Sinks.NOTIFICATIONS,
        setup.names().of(LogTopics.NOTIFICATIONS),
        (topic, key, value, partitions) ->
            Optional.of(Set.of(Partitioning.partition(key, partitions))));
    sink(topology, Sinks.MARKS, setup.names().of(LogTopics.REGISTRATIONS), TableMark.partitioner());
    return topology;
  }

  private static StoreBuilder<KeyValueStore<Bytes, byte[]>> store(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
        .withCachingDisabled();
  }

  private static void sink(Topology topology, String name, String topic) {
    // Without a partitioner the producer's default is used, as by all other producers.
    topology.addSink(name, topic, new ByteArraySerializer(), new ByteArraySerializer(), RESOLVE);
  }

  private static void sink(
      Topology topology, String name, String topic, StreamPartitioner<byte[], byte[]> partitioner) {
    topology.addSink(
        name, topic, new ByteArraySerializer(), new ByteArraySerializer(), partitioner, RESOLVE);
  }

  /**
   * Casts the processor: KIP-813 declares that the processor of a table forwards nothing, but
   * forwarding works.
   */
  @SuppressWarnings("unchecked")
  private static ProcessorSupplier<byte[], byte[], Void, Void> forwarding(
      ProcessorSupplier<byte[], byte[], byte[], byte[]> supplier) {
    return (ProcessorSupplier<byte[], byte[], Void, Void>) (ProcessorSupplier<?, ?, ?, ?>) supplier;
  }
}
