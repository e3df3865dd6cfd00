package dev.tidings.streams.broadcast;

import dev.tidings.schemas.avro.Broadcast;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.topic.BroadcastKey;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.streams.read.RegistryRetry;
import dev.tidings.streams.step.StepContext;
import dev.tidings.streams.write.Sinks;
import java.time.InstantSource;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Writes to {@code broadcasts}. For one thread at a time. */
final class BroadcastWriter {
  private final ProcessorContext<byte[], byte[]> context;
  private final RegistryRetry patience;
  private final InstantSource clock;
  private final String topic;
  private final AvroSerializer<Broadcast> values;

  BroadcastWriter(ProcessorContext<byte[], byte[]> context, StepContext stepContext) {
    this.context = context;
    this.patience = stepContext.patience();
    this.clock = stepContext.clock();
    this.topic = stepContext.names().of(LogTopics.BROADCASTS);
    this.values = new AvroSerializer<>(stepContext.registry());
  }

  void write(BroadcastKey key, Broadcast record) {
    byte @Nullable [] value = patience.ask(() -> values.serialize(topic, record));
    write(key, value);
  }

  void write(BroadcastKey key, byte @Nullable [] value) {
    context.forward(new Record<>(key.bytes(), value, clock.millis()), Sinks.BROADCASTS);
  }

  void remove(BroadcastKey key) {
    write(key, (byte[]) null);
  }
}
