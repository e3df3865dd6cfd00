package dev.tidings.node.inbox;

import dev.tidings.node.parked.ParkedHeaderReader;
import dev.tidings.node.parked.ParkedStore;
import dev.tidings.node.parked.RevokedCheck;
import dev.tidings.node.table.DeviceTable;
import dev.tidings.service.kafka.SafeTimestamps;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/**
 * The store's topology: one source, one processor, and the topic as the store's own changelog; in
 * the same tasks, the other tables of devices.
 */
public final class InboxTopology {
  private static final String PROCESSOR = "inbox-processor";

  /** Tables that are scanned from end to end when a partition is taken over. */
  public static final Set<String> WALKED = Set.of(ParkedStore.STORE);

  private InboxTopology() {}

  /**
   * Creates the topology.
   *
   * @param topic the name of {@code inbox}
   * @param labels creates a reader for each task
   * @param revoked decides whether a token was revoked
   * @param tables other tables of devices, kept by the owner of the inbox
   */
  public static Topology of(
      String topic,
      Ownership ownership,
      Supplier<ParkedHeaderReader> labels,
      RevokedCheck revoked,
      DeviceTable<?>... tables) {
    Topology topology = new Topology();
    // Added first: entries in the inbox are looked up in them at takeover.
    for (DeviceTable<?> table : tables) {
      table.addTo(topology);
    }
    topology.addReadOnlyStateStore(
        Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(ParkedStore.STORE),
                Serdes.Bytes(),
                Serdes.ByteArray())
            .withCachingDisabled()
            .withLoggingDisabled(),
        "inbox-source",
        new SafeTimestamps(),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer(),
        topic,
        PROCESSOR,
        () -> new InboxProcessor(ownership, labels.get(), revoked));
    for (DeviceTable<?> table : tables) {
      table.connect(topology, PROCESSOR);
    }
    return topology;
  }
}
