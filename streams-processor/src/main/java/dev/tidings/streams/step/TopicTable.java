package dev.tidings.streams.step;

import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * A table over a topic that is its own changelog, and the processor that puts its records into it.
 *
 * @param source the name of what reads the topic
 * @param keeper the name of the processor
 */
public record TopicTable(String topic, String source, String keeper) {

  /** Adds the table, before the processors that work with it. Its own may forward records. */
  public void addTo(
      Topology topology,
      StoreBuilder<?> store,
      TimestampExtractor timestamps,
      ProcessorSupplier<byte[], byte[], byte[], byte[]> processor) {
    topology.addReadOnlyStateStore(
        store,
        source,
        timestamps,
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer(),
        topic,
        keeper,
        forwarding(processor));
  }

  /** KIP-813 declares that the processor of a table forwards nothing, but forwarding works. */
  @SuppressWarnings("unchecked")
  private static ProcessorSupplier<byte[], byte[], Void, Void> forwarding(
      ProcessorSupplier<byte[], byte[], byte[], byte[]> processor) {
    return (ProcessorSupplier<byte[], byte[], Void, Void>)
        (ProcessorSupplier<?, ?, ?, ?>) processor;
  }
}
