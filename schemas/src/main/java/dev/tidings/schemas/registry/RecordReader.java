package dev.tidings.schemas.registry;

import dev.tidings.schemas.registry.client.RegistryException;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import dev.tidings.schemas.registry.known.LeastRecent;
import java.io.IOException;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads bytes in the Confluent wire format, with one Avro reader for each writer's schema. That a
 * schema is of another record type than the expected one is told apart: the registry may have given
 * the id again. For one thread at a time.
 */
final class RecordReader<D> {
  private static final int MAX_READERS = 200;

  private final IntFunction<Schema> schemas;
  private final Schema expected;
  private final Function<Schema, DatumReader<D>> readerFor;
  private final Map<Integer, Known<D>> readers = new LeastRecent<>(MAX_READERS);
  private final BoundedDecoder decoder = new BoundedDecoder();

  /**
   * How records of a schema are read.
   *
   * @param other the name of another record type than the expected one, if it is of one
   */
  private record Known<D>(DatumReader<D> reader, @Nullable String other) {}

  /**
   * @param schemas returns the schema of an id
   * @param expected the schema of the expected record type
   * @param readerFor creates the reader of records written with a schema
   */
  RecordReader(
      IntFunction<Schema> schemas, Schema expected, Function<Schema, DatumReader<D>> readerFor) {
    this.schemas = schemas;
    this.expected = expected;
    this.readerFor = readerFor;
  }

  /**
   * Reads a record.
   *
   * @throws UnreadableRecordException if the bytes are not such a record and never will be
   * @throws RegistryException.Unavailable if the writer's schema is not available at the moment
   */
  D read(byte[] bytes) {
    int id = WireFormat.schemaId(bytes);
    Known<D> known = reader(id);
    @Nullable String other = known.other();
    if (other == null) {
      return read(bytes, known.reader());
    }
    try {
      return read(bytes, known.reader());
    } catch (UnreadableRecordException e) {
      throw UnreadableRecordException.ofOtherType(otherType(id, other), e);
    }
  }

  /** Reads a record as if it had been written with this schema, whatever its header contains. */
  D readAs(Schema writer, byte[] bytes) {
    return read(bytes, readerFor.apply(writer));
  }

  private String otherType(int id, String other) {
    return "schema id %d is that of %s (expected: %s)".formatted(id, other, expected.getFullName());
  }

  private D read(byte[] bytes, DatumReader<D> reader) {
    int length = bytes.length - WireFormat.HEADER_BYTES;
    try {
      decoder.reset(bytes, WireFormat.HEADER_BYTES, length);
      @Nullable D none = null;
      D record = reader.read(none, decoder);
      if (!decoder.isEnd()) {
        throw new UnreadableRecordException("bytes left over after a " + expected.getName());
      }
      return record;
    } catch (UnreadableRecordException e) {
      throw e;
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // Avro throws many kinds of exceptions for invalid bytes, and a recursive schema can overflow
      // the stack.
      throw new UnreadableRecordException("not a " + expected.getName() + ": " + e, e);
    }
  }

  private Known<D> reader(int id) {
    @Nullable Known<D> known = readers.get(id);
    if (known != null) {
      return known;
    }
    try {
      Schema writer = schemas.apply(id);
      boolean isOther =
          writer.getType() == Schema.Type.RECORD
              && !writer.getFullName().equals(expected.getFullName());
      if (isOther && OwnRecords.isOwn(writer)) {
        throw UnreadableRecordException.ofOtherType(otherType(id, writer.getFullName()), null);
      }
      Known<D> found = new Known<>(readerFor.apply(writer), isOther ? writer.getFullName() : null);
      readers.put(id, found);
      return found;
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
