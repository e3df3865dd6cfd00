package dev.tidings.streams.resolve;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Keeps the table of registrations as the log has it, byte for byte, as a restoration does too, and
 * passes each on to the resolver, for which some notification may be waiting.
 */
final class RegistrationKeeper implements Processor<byte[], byte[], byte[], byte[]> {
  private final Setup setup;
  private KeyValueStore<Bytes, byte[]> table;
  private ProcessorContext<byte[], byte[]> context;

  @SuppressWarnings("NullAway.Init") // by init(), which Kafka Streams calls first
  RegistrationKeeper(Setup setup) {
    this.setup = setup;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    this.table = context.getStateStore(setup.registrationsStore());
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    if (record.key() != null) {
      table.put(Bytes.wrap(record.key()), record.value());
    }
    context.forward(record);
  }
}
