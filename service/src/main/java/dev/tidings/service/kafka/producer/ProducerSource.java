package dev.tidings.service.kafka.producer;

import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Supplies the producer of a process's records. Thread-safe; never blocks. */
public interface ProducerSource {
  /** Returns the current producer. */
  Producer<byte[], byte[]> current();

  /**
   * Told how each record ended; a producer that cannot go on is replaced.
   *
   * @param producer which it was given to
   * @param failure null if it is in the log
   */
  void ended(Producer<byte[], byte[]> producer, @Nullable Exception failure);

  /**
   * Gives a record to the current producer, and tells this how it ended before the caller.
   *
   * @param acknowledged called once, on the producer's thread or on this one; null if the record is
   *     in the log
   */
  // The future is ignored: the callback receives the same result.
  @SuppressWarnings("FutureReturnValueIgnored")
  default void send(
      ProducerRecord<byte[], byte[]> record, Consumer<@Nullable Exception> acknowledged) {
    Producer<byte[], byte[]> producer = current();
    Consumer<@Nullable Exception> end =
        failure -> {
          ended(producer, failure);
          acknowledged.accept(failure);
        };
    try {
      producer.send(record, (_, failure) -> end.accept(failure));
    } catch (RuntimeException e) {
      // A producer in its error state throws, and does not call the callback.
      end.accept(e);
    }
  }

  /** Returns one that is never replaced: for those who end with it. */
  static ProducerSource always(Producer<byte[], byte[]> producer) {
    return new ProducerSource() {
      @Override
      public Producer<byte[], byte[]> current() {
        return producer;
      }

      @Override
      public void ended(Producer<byte[], byte[]> of, @Nullable Exception failure) {
        // Its owner ends with it.
      }
    };
  }
}
