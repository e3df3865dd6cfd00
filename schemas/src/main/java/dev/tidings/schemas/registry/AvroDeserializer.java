package dev.tidings.schemas.registry;

import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads records in the Confluent wire format, whatever compatible schema they were written with.
 * For one thread at a time, as Kafka calls it.
 */
public final class AvroDeserializer<T extends SpecificRecord> implements Deserializer<T> {
  private final RecordReader<T> records;

  public AvroDeserializer(RegistryClient registry, Class<T> type) {
    Schema readerSchema = SpecificData.get().getSchema(type);
    this.records =
        new RecordReader<>(
            registry,
            type.getSimpleName(),
            writer -> new SpecificDatumReader<>(writer, readerSchema, OwnRecords.INSTANCE));
  }

  /**
   * {@inheritDoc}
   *
   * @throws UnreadableRecordException if the bytes are no such record, now or ever
   * @throws RegistryException.Unavailable if the writer's schema can't be had at the moment
   */
  @Override
  public @Nullable T deserialize(String topic, byte @Nullable [] bytes) {
    return bytes == null ? null : read(bytes);
  }

  /** As {@link #deserialize}, where there is a value for certain. */
  public T read(byte[] bytes) {
    return records.read(bytes);
  }
}
