package dev.tidings.streams.step;

import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Passes records of a table's topic on: the next processor puts them into the table. */
public final class Passing implements Processor<byte[], byte[], byte[], byte[]> {
  private ProcessorContext<byte[], byte[]> context;

  @SuppressWarnings("NullAway.Init") // by init(), which Kafka Streams calls first
  public Passing() {}

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    context.forward(record);
  }
}
