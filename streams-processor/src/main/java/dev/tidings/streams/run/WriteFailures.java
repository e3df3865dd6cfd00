package dev.tidings.streams.run;

import dev.tidings.streams.write.Undeliverable;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.jspecify.annotations.Nullable;

/**
 * Decides about a record the log refuses: one too large never gets smaller and is replaced; what
 * may pass is tried again; anything else ends the thread, which another one replaces. Made by Kafka
 * Streams.
 */
public final class WriteFailures implements ProductionExceptionHandler {
  /** The configuration's key of the {@link Undeliverable} it works with. */
  static final String UNDELIVERABLE = "tidings.undeliverable";

  private @Nullable Undeliverable undeliverable;

  @Override
  public void configure(Map<String, ?> configs) {
    undeliverable = (Undeliverable) configs.get(UNDELIVERABLE);
  }

  @Override
  public Response handleError(
      ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception exception) {
    if (exception instanceof RecordTooLargeException && undeliverable != null) {
      // Records given back for Streams to write would have the producer's own thread wait for it.
      undeliverable.writeInsteadOf(record);
      return Response.resume();
    }
    return exception instanceof RetriableException ? Response.retry() : Response.fail();
  }
}
