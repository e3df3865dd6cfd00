package dev.tidings.ingest.accept;

import org.apache.kafka.clients.producer.Producer;

/** Where the producer for the log comes from. Thread-safe. */
public interface ProducerSource {
  /** The producer to write with now. */
  Producer<byte[], byte[]> current();

  /**
   * One can't go on: from now on there is another. Does nothing if it was replaced already.
   *
   * @param failed the one that can't
   */
  void replace(Producer<byte[], byte[]> failed);
}
