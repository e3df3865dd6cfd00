package dev.tidings.schemas.registry;

import dev.tidings.schemas.registry.client.LeastRecent;
import dev.tidings.schemas.registry.client.RegistryException;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import java.io.IOException;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads bytes in the Confluent wire format, with one Avro reader for each writer's schema. For one
 * thread at a time.
 */
final class RecordReader<D> {
  private static final int MAX_READERS = 200;

  private final IntFunction<Schema> schemas;
  private final String name;
  private final Function<Schema, DatumReader<D>> readerFor;
  private final Map<Integer, DatumReader<D>> readers = new LeastRecent<>(MAX_READERS);
  private final BoundedDecoder decoder = new BoundedDecoder();

  /**
   * @param schemas returns the schema of an id
   * @param name the expected record type, for error messages
   * @param readerFor creates the reader of records written with a schema
   */
  RecordReader(
      IntFunction<Schema> schemas, String name, Function<Schema, DatumReader<D>> readerFor) {
    this.schemas = schemas;
    this.name = name;
    this.readerFor = readerFor;
  }

  /**
   * Reads a record.
   *
   * @throws UnreadableRecordException if the bytes are not such a record and never will be
   * @throws RegistryException.Unavailable if the writer's schema is not available at the moment
   */
  D read(byte[] bytes) {
    return read(bytes, reader(WireFormat.schemaId(bytes)));
  }

  /** Reads a record as if it had been written with this schema, whatever its header contains. */
  D readAs(Schema writer, byte[] bytes) {
    return read(bytes, readerFor.apply(writer));
  }

  private D read(byte[] bytes, DatumReader<D> reader) {
    int length = bytes.length - WireFormat.HEADER_BYTES;
    try {
      decoder.reset(bytes, WireFormat.HEADER_BYTES, length);
      @Nullable D none = null;
      D record = reader.read(none, decoder);
      if (!decoder.isEnd()) {
        throw new UnreadableRecordException("bytes left over after a " + name);
      }
      return record;
    } catch (UnreadableRecordException e) {
      throw e;
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // Avro throws many kinds of exceptions for invalid bytes, and a recursive schema can overflow
      // the stack.
      throw new UnreadableRecordException("not a " + name + ": " + e, e);
    }
  }

  private DatumReader<D> reader(int id) {
    @Nullable DatumReader<D> known = readers.get(id);
    if (known != null) {
      return known;
    }
    try {
      DatumReader<D> reader = readerFor.apply(schemas.apply(id));
      readers.put(id, reader);
      return reader;
    } catch (RegistryException.Refused e) {
      if (!e.isAboutSchema()) {
        throw new RegistryException.Unavailable("schema id " + id, e);
      }
      throw e.isUnknown()
          ? UnreadableRecordException.ofUnknownSchema("schema id " + id + " can't be had", e)
          : new UnreadableRecordException("schema id " + id + " can't be had", e);
    }
  }
}
