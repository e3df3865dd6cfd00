package dev.tidings.ingest.accept;

import dev.tidings.service.kafka.producer.ProducerSource;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/** A producer that no other takes the place of. */
public record FixedProducer(Producer<byte[], byte[]> current) implements ProducerSource {
  @Override
  public void ended(Producer<byte[], byte[]> of, @Nullable Exception failure) {
    // There is no other.
  }
}
