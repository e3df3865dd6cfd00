package dev.tidings.schemas.registry;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * Reads bytes in the Confluent wire format, with one Avro reader for each schema they were written
 * with. For one thread at a time.
 */
final class RecordReader<D> {
  private final RegistryClient registry;
  private final String name;
  private final Function<Schema, DatumReader<D>> readerFor;
  private final Map<Integer, DatumReader<D>> readers = new HashMap<>();
  private @Nullable BinaryDecoder decoder;

  /**
   * @param name what is read, for those who are told that it was none
   * @param readerFor makes the reader of what was written with a schema
   */
  RecordReader(RegistryClient registry, String name, Function<Schema, DatumReader<D>> readerFor) {
    this.registry = registry;
    this.name = name;
    this.readerFor = readerFor;
  }

  /**
   * Reads a record.
   *
   * @throws UnreadableRecordException if the bytes are no such record, now or ever
   * @throws RegistryException.Unavailable if the writer's schema can't be had at the moment
   */
  D read(byte[] bytes) {
    DatumReader<D> reader = reader(WireFormat.schemaId(bytes));
    int length = bytes.length - WireFormat.HEADER_BYTES;
    try {
      BinaryDecoder in =
          DecoderFactory.get().binaryDecoder(bytes, WireFormat.HEADER_BYTES, length, decoder);
      decoder = in;
      @Nullable D none = null;
      D record = reader.read(none, in);
      if (!in.isEnd()) {
        throw new UnreadableRecordException("bytes left over after a " + name);
      }
      return record;
    } catch (UnreadableRecordException e) {
      throw e;
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // Avro has an exception for every kind of garbage, and a schema may be recursive.
      throw new UnreadableRecordException("not a " + name + ": " + e, e);
    }
  }

  private DatumReader<D> reader(int id) {
    @Nullable DatumReader<D> known = readers.get(id);
    if (known != null) {
      return known;
    }
    try {
      DatumReader<D> reader = readerFor.apply(registry.schema(id));
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
