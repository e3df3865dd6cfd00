package dev.tidings.streams.run;

import dev.tidings.streams.write.OversizedRecords;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.jspecify.annotations.Nullable;

/**
 * Decides what to do with a record that the log refuses: one that is too large is replaced;
 * temporary failures are retried; anything else ends the thread, which is then replaced.
 * Instantiated by Kafka Streams.
 */
public final class WriteFailures implements ProductionExceptionHandler {
  /** The configuration key of the {@link OversizedRecords} in use. */
  static final String UNDELIVERABLE = "tidings.undeliverable";

  private @Nullable OversizedRecords oversizedRecords;

  @Override
  public void configure(Map<String, ?> configs) {
    oversizedRecords = (OversizedRecords) configs.get(UNDELIVERABLE);
  }

  @Override
  public Response handleError(
      ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception exception) {
    if (exception instanceof RecordTooLargeException && oversizedRecords != null) {
      // Records returned for Kafka Streams to write would make the producer's thread wait for
      // itself.
      oversizedRecords.writeInsteadOf(record);
      return Response.resume();
    }
    return exception instanceof RetriableException ? Response.retry() : Response.fail();
  }
}
