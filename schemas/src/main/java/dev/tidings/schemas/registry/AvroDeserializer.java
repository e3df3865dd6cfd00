package dev.tidings.schemas.registry;

import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.client.RegistryException;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import java.util.function.IntFunction;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads records in the Confluent wire format, written with any compatible schema. For one thread at
 * a time, as Kafka calls it.
 */
public final class AvroDeserializer<T extends SpecificRecord> implements Deserializer<T> {
  private final RecordReader<T> records;

  private final Schema readerSchema;

  public AvroDeserializer(RegistryClient registry, Class<T> type) {
    this(type, registry::schema);
  }

  private AvroDeserializer(Class<T> type, IntFunction<Schema> schemas) {
    this.readerSchema = SpecificData.get().getSchema(type);
    this.records = new RecordReader<>(schemas, readerSchema, this::reader);
  }

  // The class of the schema makes records of the type.
  @SuppressWarnings("unchecked")
  private DatumReader<T> reader(Schema writer) {
    return DirectReader.of(writer, readerSchema, OwnKinds.GENERATED)
        .map(reader -> (DatumReader<T>) (DatumReader<?>) reader)
        .orElseGet(() -> new SpecificDatumReader<>(writer, readerSchema, OwnRecords.INSTANCE));
  }

  /** Returns a deserializer that asks each registry once for an unknown schema, without waiting. */
  public static <T extends SpecificRecord> AvroDeserializer<T> atOnce(
      RegistryClient registry, Class<T> type) {
    return new AvroDeserializer<>(type, registry::schemaAtOnce);
  }

  /**
   * Returns a deserializer that waits for a registry for a second at most. A record that is
   * unreadable because its schema is missing may be readable later: {@link
   * UnreadableRecordException#isSchemaUnknown}.
   */
  public static <T extends SpecificRecord> AvroDeserializer<T> unlessAway(
      RegistryClient registry, Class<T> type) {
    return new AvroDeserializer<>(type, registry::schemaUnlessAway);
  }

  /**
   * {@inheritDoc}
   *
   * @throws UnreadableRecordException if the bytes are not such a record and never will be
   * @throws RegistryException.Unavailable if the writer's schema is not available at the moment
   */
  @Override
  public @Nullable T deserialize(String topic, byte @Nullable [] bytes) {
    return bytes == null ? null : read(bytes);
  }

  /** As {@link #deserialize}, for bytes that are never null. */
  public T read(byte[] bytes) {
    return records.read(bytes);
  }

  /**
   * Reads a record whose writer's schema is not available as if it had been written with ours. The
   * result may be wrong: it is good for a description of the record only.
   *
   * @throws UnreadableRecordException if the bytes cannot be read in this way either
   */
  public T guess(byte[] bytes) {
    return records.readAs(readerSchema, bytes);
  }
}
