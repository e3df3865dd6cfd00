package dev.tidings.streams.resolve;

import dev.tidings.streams.step.StepContext;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Keeps the table of registrations, byte for byte as in the log and as a restoration does, and
 * passes each registration on to the resolver, because notifications may be waiting for it.
 */
final class RegistrationKeeper implements Processor<byte[], byte[], byte[], byte[]> {
  private final StepContext stepContext;
  private KeyValueStore<Bytes, byte[]> table;
  private ProcessorContext<byte[], byte[]> context;

  @SuppressWarnings("NullAway.Init") // by init(), which Kafka Streams calls first
  RegistrationKeeper(StepContext stepContext) {
    this.stepContext = stepContext;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    this.table = context.getStateStore(stepContext.registrationsStore());
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    if (record.key() != null) {
      table.put(Bytes.wrap(record.key()), record.value());
    }
    context.forward(record);
  }
}
