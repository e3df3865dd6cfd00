package dev.tidings.node.inbox;

import dev.tidings.node.table.DeviceTable;
import dev.tidings.service.kafka.SafeTimestamps;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/**
 * The store's topology: one source, one processor, and the topic as the store's own changelog; and
 * beside it, in the same tasks, the other tables of devices.
 */
public final class InboxTopology {
  private static final String PROCESSOR = "inbox-processor";

  /** Tables that are looked through from end to end when a partition is taken over. */
  public static final Set<String> WALKED = Set.of(InboxProcessor.STORE);

  private InboxTopology() {}

  /**
   * Makes the topology.
   *
   * @param topic the name of {@code inbox}
   * @param labels makes a reader for each task
   * @param revoked tells whether a token is
   * @param tables what else is kept of devices by the owner of their inbox
   */
  public static Topology of(
      String topic,
      Ownership ownership,
      Supplier<LabelReader> labels,
      RevokedCheck revoked,
      DeviceTable<?>... tables) {
    Topology topology = new Topology();
    // First: what stands in the inbox at take-over is looked up in them.
    for (DeviceTable<?> table : tables) {
      table.addTo(topology);
    }
    topology.addReadOnlyStateStore(
        Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(InboxProcessor.STORE),
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
