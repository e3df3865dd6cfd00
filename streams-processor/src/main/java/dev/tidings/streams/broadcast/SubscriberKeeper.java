package dev.tidings.streams.broadcast;

import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Keeps the table of who has joined what, and passes on who has joined a channel, before the table
 * has it. The table may be ahead of what was committed: after the end of a thread or process,
 * records are read again of which it is not known whether what followed from them is in the log.
 * Those are passed on again.
 */
final class SubscriberKeeper implements Processor<byte[], byte[], byte[], byte[]> {
  private ProcessorContext<byte[], byte[]> context;
  private SubscriberStore table;

  /** Up to here another one has read, or this one before it was closed. */
  private long readBefore;

  @SuppressWarnings("NullAway.Init") // by init(), which Kafka Streams calls first
  SubscriberKeeper() {}

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    table = context.getStateStore(BroadcastStep.SUBSCRIBERS_STORE);
    readBefore = table.lastJoin();
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    if (record.key() == null) {
      return;
    }
    long offset = context.recordMetadata().map(RecordMetadata::offset).orElse(-1L);
    if (record.value() != null && SubscriberStore.isOfChannel(record.key())) {
      if (offset <= readBefore || table.isNewInChannel(record.key(), record.value())) {
        context.forward(record);
      }
      table.putLastJoin(offset);
    }
    table.put(record.key(), record.value());
  }
}
