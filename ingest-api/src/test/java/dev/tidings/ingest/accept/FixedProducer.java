package dev.tidings.ingest.accept;

import org.apache.kafka.clients.producer.Producer;

/** A producer that no other takes the place of. */
public record FixedProducer(Producer<byte[], byte[]> current) implements ProducerSource {
  @Override
  public void replace(Producer<byte[], byte[]> failed) {
    // There is no other.
  }
}
