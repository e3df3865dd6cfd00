package dev.tidings.ingest.accept;

import org.apache.kafka.clients.producer.Producer;

/** Supplies the producer for the log. Thread-safe. */
public interface ProducerSource {
  /** Returns the current producer. */
  Producer<byte[], byte[]> current();

  /**
   * Replaces a failed producer. Does nothing if it was already replaced.
   *
   * @param failed the producer that failed
   */
  void replace(Producer<byte[], byte[]> failed);
}
