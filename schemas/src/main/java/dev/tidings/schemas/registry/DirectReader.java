package dev.tidings.schemas.registry;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.Decoder;
import org.jspecify.annotations.Nullable;

/**
 * Reads those fields of records that are wanted, of a schema that has them as they are wanted, and
 * passes over the others. Avro's own reader, which can make one type of another, takes twice as
 * long: it is for the schemas of which {@link #of} makes nothing. Immutable.
 */
final class DirectReader<T extends IndexedRecord> implements DatumReader<T> {
  private static final int NOWHERE = -1;

  private final Supplier<T> made;
  private final Field[] fields;

  private DirectReader(Supplier<T> made, List<Field> fields) {
    this.made = made;
    this.fields = fields.toArray(Field[]::new);
  }

  /** Makes the records, and what is in their fields. */
  interface Kinds<T extends IndexedRecord> {
    /** Returns what makes records of a schema; empty if it does not know it. */
    Optional<Supplier<T>> records(Schema schema);

    /** Returns the symbols of an enumeration, in their order. */
    Object[] symbols(Schema schema);
  }

  /** What is to be done with a field. All of them are in one, so that reading is one loop. */
  private enum Kind {
    SKIPPED,
    TEXT,
    LONG,
    INT,
    BOOLEAN,
    BYTES,
    SYMBOL,
    RECORDS,
    BYTES_BY_TEXT
  }

  /**
   * A field of the writer.
   *
   * @param nullable whether it is null, or of its kind
   * @param place where it is wanted
   */
  private record Field(
      Kind kind,
      boolean nullable,
      int place,
      Object[] symbols,
      @Nullable DirectReader<?> element,
      FieldSkip skip) {

    private static final Object[] NO_SYMBOLS = {};

    static Field skipped(FieldSkip skip) {
      return new Field(Kind.SKIPPED, false, NOWHERE, NO_SYMBOLS, null, skip);
    }

    static Field of(Kind kind, int place) {
      return new Field(kind, false, place, NO_SYMBOLS, null, Decoder::readNull);
    }

    Field orNull() {
      return new Field(kind, true, place, symbols, element, skip);
    }
  }

  /**
   * Returns a reader; empty if Avro's has to do it.
   *
   * @param writer the schema of the records
   * @param wanted a schema with those of the fields that are wanted
   */
  static <T extends IndexedRecord> Optional<DirectReader<T>> of(
      Schema writer, Schema wanted, Kinds<T> kinds) {
    if (writer.getType() != Schema.Type.RECORD || wanted.getType() != Schema.Type.RECORD) {
      return Optional.empty();
    }
    List<Field> fields = new ArrayList<>();
    for (Schema.Field each : writer.getFields()) {
      Schema.@Nullable Field as = wanted.getField(each.name());
      Optional<Field> field =
          as == null
              ? FieldSkip.of(each.schema()).map(Field::skipped)
              : field(each.schema(), as.schema(), as.pos(), kinds);
      if (field.isEmpty()) {
        return Optional.empty();
      }
      fields.add(field.get());
    }
    long found = fields.stream().filter(field -> field.place() != NOWHERE).count();
    // The writer may not have all of them, or call them otherwise.
    return found < wanted.getFields().size()
        ? Optional.empty()
        : kinds.records(wanted).map(made -> new DirectReader<>(made, fields));
  }

  private static Optional<Field> field(Schema writer, Schema wanted, int place, Kinds<?> kinds) {
    if (writer.getType() != wanted.getType() || wanted.getLogicalType() != null) {
      return Optional.empty();
    }
    return switch (writer.getType()) {
      case STRING -> Optional.of(Field.of(Kind.TEXT, place));
      case LONG -> Optional.of(Field.of(Kind.LONG, place));
      case INT -> Optional.of(Field.of(Kind.INT, place));
      case BOOLEAN -> Optional.of(Field.of(Kind.BOOLEAN, place));
      case BYTES -> Optional.of(Field.of(Kind.BYTES, place));
      case ENUM ->
          writer.getEnumSymbols().equals(wanted.getEnumSymbols())
              ? Optional.of(
                  new Field(
                      Kind.SYMBOL, false, place, kinds.symbols(wanted), null, Decoder::readNull))
              : Optional.empty();
      case ARRAY ->
          of(writer.getElementType(), wanted.getElementType(), kinds)
              .map(element ->
                  new Field(
                      Kind.RECORDS, false, place, Field.NO_SYMBOLS, element, Decoder::readNull));
      case MAP ->
          writer.getValueType().getType() == Schema.Type.BYTES
                  && wanted.getValueType().getType() == Schema.Type.BYTES
              ? Optional.of(Field.of(Kind.BYTES_BY_TEXT, place))
              : Optional.empty();
      case UNION ->
          isNullable(writer) && isNullable(wanted)
              ? field(writer.getTypes().get(1), wanted.getTypes().get(1), place, kinds)
                  .map(Field::orNull)
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static boolean isNullable(Schema union) {
    return union.getTypes().size() == 2
        && union.getTypes().getFirst().getType() == Schema.Type.NULL;
  }

  @Override
  public void setSchema(Schema schema) {
    throw new UnsupportedOperationException("it reads records of one schema");
  }

  @Override
  public T read(@Nullable T reuse, Decoder in) throws IOException {
    T read = made.get();
    for (Field field : fields) {
      if (!field.nullable() || isPresent(in)) {
        read(field, in, read);
      }
    }
    return read;
  }

  private static boolean isPresent(Decoder in) throws IOException {
    int index = in.readIndex();
    if (index == 0) {
      in.readNull();
    } else if (index != 1) {
      throw new IOException("neither null nor a value");
    }
    return index == 1;
  }

  private static void read(Field field, Decoder in, IndexedRecord into) throws IOException {
    switch (field.kind()) {
      case SKIPPED -> field.skip().over(in);
      case TEXT -> into.put(field.place(), in.readString());
      case LONG -> into.put(field.place(), in.readLong());
      case INT -> into.put(field.place(), in.readInt());
      case BOOLEAN -> into.put(field.place(), in.readBoolean());
      case BYTES -> into.put(field.place(), in.readBytes(null));
      case SYMBOL -> into.put(field.place(), field.symbols()[in.readEnum()]);
      case RECORDS -> into.put(field.place(), records(requireNonNull(field.element()), in));
      case BYTES_BY_TEXT -> into.put(field.place(), bytesByText(in));
    }
  }

  private static List<IndexedRecord> records(
      DirectReader<? extends IndexedRecord> element, Decoder in) throws IOException {
    List<IndexedRecord> all = new ArrayList<>(4);
    for (long left = in.readArrayStart(); left > 0; left = in.arrayNext()) {
      for (; left > 0; left--) {
        all.add(element.read(null, in));
      }
    }
    return all;
  }

  private static Map<String, ByteBuffer> bytesByText(Decoder in) throws IOException {
    Map<String, ByteBuffer> all = new HashMap<>();
    for (long left = in.readMapStart(); left > 0; left = in.mapNext()) {
      for (; left > 0; left--) {
        all.put(in.readString(), in.readBytes(null));
      }
    }
    return all;
  }
}
