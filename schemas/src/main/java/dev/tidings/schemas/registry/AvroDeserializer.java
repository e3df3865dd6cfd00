package dev.tidings.schemas.registry;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
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
  private final RegistryClient registry;
  private final Class<T> type;
  private final Schema readerSchema;
  private final Map<Integer, SpecificDatumReader<T>> readers = new HashMap<>();
  private @Nullable BinaryDecoder decoder;

  public AvroDeserializer(RegistryClient registry, Class<T> type) {
    this.registry = registry;
    this.type = type;
    this.readerSchema = SpecificData.get().getSchema(type);
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
    SpecificDatumReader<T> reader = reader(WireFormat.schemaId(bytes));
    int length = bytes.length - WireFormat.HEADER_BYTES;
    try {
      BinaryDecoder in =
          DecoderFactory.get().binaryDecoder(bytes, WireFormat.HEADER_BYTES, length, decoder);
      decoder = in;
      @Nullable T none = null;
      T record = reader.read(none, in);
      if (!in.isEnd()) {
        throw new UnreadableRecordException("bytes left over after a " + type.getSimpleName());
      }
      return record;
    } catch (UnreadableRecordException e) {
      throw e;
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // Avro has an exception for every kind of garbage, and a schema may be recursive.
      throw new UnreadableRecordException("not a " + type.getSimpleName() + ": " + e, e);
    }
  }

  private SpecificDatumReader<T> reader(int id) {
    @Nullable SpecificDatumReader<T> known = readers.get(id);
    if (known != null) {
      return known;
    }
    try {
      SpecificDatumReader<T> reader =
          new SpecificDatumReader<>(registry.schema(id), readerSchema, new OwnRecords());
      readers.put(id, reader);
      return reader;
    } catch (RegistryException.Refused e) {
      if (!e.isAboutSchema()) {
        throw new RegistryException.Unavailable("schema id " + id, e);
      }
      throw new UnreadableRecordException("schema id " + id + " can't be had", e);
    }
  }
}
