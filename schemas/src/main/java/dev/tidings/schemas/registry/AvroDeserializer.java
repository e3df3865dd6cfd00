package dev.tidings.schemas.registry;

import java.util.function.IntFunction;
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

  private final Schema readerSchema;

  public AvroDeserializer(RegistryClient registry, Class<T> type) {
    this(type, registry::schema);
  }

  private AvroDeserializer(Class<T> type, IntFunction<Schema> schemas) {
    this.readerSchema = SpecificData.get().getSchema(type);
    this.records =
        new RecordReader<>(
            schemas,
            type.getSimpleName(),
            writer -> new SpecificDatumReader<>(writer, readerSchema, OwnRecords.INSTANCE));
  }

  /** One that asks each registry once for a schema it does not know, and does not wait for it. */
  public static <T extends SpecificRecord> AvroDeserializer<T> atOnce(
      RegistryClient registry, Class<T> type) {
    return new AvroDeserializer<>(type, registry::schemaAtOnce);
  }

  /**
   * One that waits for a registry for a second at most. What it finds unreadable for want of a
   * schema may be readable later: {@link UnreadableRecordException#isSchemaUnknown}.
   */
  public static <T extends SpecificRecord> AvroDeserializer<T> unlessAway(
      RegistryClient registry, Class<T> type) {
    return new AvroDeserializer<>(type, registry::schemaUnlessAway);
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

  /**
   * Reads a record whose writer's schema can't be had, as if it had been written with ours. What
   * comes back may be nonsense: only to be told what it seems to be.
   *
   * @throws UnreadableRecordException if the bytes are no such record either
   */
  public T guess(byte[] bytes) {
    return records.readAs(readerSchema, bytes);
  }
}
