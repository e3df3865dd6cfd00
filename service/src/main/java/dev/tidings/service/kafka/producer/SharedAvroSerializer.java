package dev.tidings.service.kafka.producer;

import static java.util.Objects.requireNonNull;

import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import org.apache.avro.specific.SpecificRecord;

/**
 * Writes records as {@link AvroSerializer} does, for many threads, one after the other: for records
 * that are not written often enough to be worth a serializer for each thread. Thread-safe.
 */
public final class SharedAvroSerializer<T extends SpecificRecord> {
  private final AvroSerializer<T> serializer;

  public SharedAvroSerializer(RegistryClient registry) {
    this.serializer = new AvroSerializer<>(registry);
  }

  /** Returns the value of a record of the topic; throws what {@link AvroSerializer} throws. */
  public synchronized byte[] serialize(String topic, T record) {
    return requireNonNull(serializer.serialize(topic, record));
  }
}
