package dev.tidings.service.kafka.producer;

import org.apache.kafka.clients.producer.Producer;
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
