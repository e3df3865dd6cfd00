package dev.tidings.node.inbox;

import dev.tidings.schemas.topic.LogTopics;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/** The store's topology: one source, one processor, and the topic as the store's own changelog. */
public final class InboxTopology {
  private InboxTopology() {}

  public static Topology of(Ownership ownership) {
    Topology topology = new Topology();
    topology.addReadOnlyStateStore(
        Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(InboxProcessor.STORE),
                Serdes.Bytes(),
                Serdes.ByteArray())
            .withCachingDisabled()
            .withLoggingDisabled(),
        "inbox-source",
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer(),
        LogTopics.INBOX.name(),
        "inbox-processor",
        () -> new InboxProcessor(ownership));
    return topology;
  }
}
