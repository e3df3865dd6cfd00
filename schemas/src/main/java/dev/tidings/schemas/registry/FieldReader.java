package dev.tidings.schemas.registry;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.Decoder;
import org.jspecify.annotations.Nullable;

/**
 * Reads some fields of records whose schema has them as they are wanted, and passes over the
 * others. Avro's own reader, which can make one type of another, takes several times as long: it is
 * for the schemas of which {@link #of} makes nothing. Immutable.
 */
final class FieldReader implements DatumReader<IndexedRecord> {
  private final Value<IndexedRecord> record;

  private FieldReader(Value<IndexedRecord> record) {
    this.record = record;
  }

  /** Reads a value of one type. */
  @FunctionalInterface
  private interface Value<T> {
    @Nullable T read(Decoder in) throws IOException;
  }

  /** Does with a field of the writer what is to be done with it. */
  @FunctionalInterface
  private interface Field {
    void read(Decoder in, GenericData.Record into) throws IOException;
  }

  /**
   * Returns a reader; empty if Avro's has to do it.
   *
   * @param writer the schema of the records
   * @param wanted a schema with those of the fields that are wanted
   */
  static Optional<DatumReader<IndexedRecord>> of(Schema writer, Schema wanted) {
    return record(writer, wanted).map(FieldReader::new);
  }

  @Override
  public void setSchema(Schema schema) {
    throw new UnsupportedOperationException("it reads records of one schema");
  }

  @Override
  public @Nullable IndexedRecord read(@Nullable IndexedRecord reuse, Decoder in)
      throws IOException {
    return record.read(in);
  }

  private static Optional<Value<IndexedRecord>> record(Schema writer, Schema wanted) {
    if (writer.getType() != Schema.Type.RECORD || wanted.getType() != Schema.Type.RECORD) {
      return Optional.empty();
    }
    List<Field> fields = new ArrayList<>();
    int found = 0;
    for (Schema.Field each : writer.getFields()) {
      Schema.@Nullable Field as = wanted.getField(each.name());
      Optional<Field> field =
          as == null
              ? FieldSkip.of(each.schema()).map(skip -> (in, into) -> skip.over(in))
              : value(each.schema(), as.schema())
                  .map(value -> (in, into) -> into.put(as.pos(), value.read(in)));
      if (field.isEmpty()) {
        return Optional.empty();
      }
      fields.add(field.get());
      found += as == null ? 0 : 1;
    }
    if (found < wanted.getFields().size()) {
      // The writer has not all of them, or calls them otherwise.
      return Optional.empty();
    }
    Field[] all = fields.toArray(Field[]::new);
    return Optional.of(in -> {
      GenericData.Record read = new GenericData.Record(wanted);
      for (Field field : all) {
        field.read(in, read);
      }
      return read;
    });
  }

  private static Optional<Value<Object>> value(Schema writer, Schema wanted) {
    if (writer.getType() != wanted.getType()) {
      return Optional.empty();
    }
    return switch (writer.getType()) {
      case STRING -> Optional.of(Decoder::readString);
      case LONG -> Optional.of(Decoder::readLong);
      case ENUM -> symbol(writer, wanted);
      case UNION -> union(writer, wanted);
      case ARRAY -> array(writer, wanted);
      default -> Optional.empty();
    };
  }

  private static Optional<Value<Object>> symbol(Schema writer, Schema wanted) {
    if (!writer.getEnumSymbols().equals(wanted.getEnumSymbols())) {
      return Optional.empty();
    }
    Object[] symbols =
        wanted.getEnumSymbols().stream()
            .map(symbol -> new GenericData.EnumSymbol(wanted, symbol))
            .toArray();
    return Optional.of(in -> symbols[in.readEnum()]);
  }

  /** Of what is null, or of one other type. */
  private static Optional<Value<Object>> union(Schema writer, Schema wanted) {
    if (!isNullable(writer) || !isNullable(wanted)) {
      return Optional.empty();
    }
    return value(writer.getTypes().get(1), wanted.getTypes().get(1))
        .map(present ->
            in ->
                switch (in.readIndex()) {
                  case 0 -> {
                    in.readNull();
                    yield null;
                  }
                  case 1 -> present.read(in);
                  default -> throw new IOException("neither null nor a value");
                });
  }

  private static boolean isNullable(Schema union) {
    return union.getTypes().size() == 2
        && union.getTypes().getFirst().getType() == Schema.Type.NULL;
  }

  private static Optional<Value<Object>> array(Schema writer, Schema wanted) {
    return record(writer.getElementType(), wanted.getElementType())
        .map(element ->
            in -> {
              List<@Nullable IndexedRecord> all = new ArrayList<>();
              for (long left = in.readArrayStart(); left > 0; left = in.arrayNext()) {
                for (; left > 0; left--) {
                  all.add(element.read(in));
                }
              }
              return all;
            });
  }
}
