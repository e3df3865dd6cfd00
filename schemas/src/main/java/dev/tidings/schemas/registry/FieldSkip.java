package dev.tidings.schemas.registry;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.io.Decoder;

/** Passes over a value of one type. */
@FunctionalInterface
interface FieldSkip {
  void over(Decoder in) throws IOException;

  /** Returns what passes over values of a type; empty if it contains itself. */
  static Optional<FieldSkip> of(Schema schema) {
    return of(schema, new HashSet<>());
  }

  /**
   * @param within the records that a value is in, by their names
   */
  private static Optional<FieldSkip> of(Schema schema, Set<String> within) {
    return switch (schema.getType()) {
      case NULL -> Optional.of(Decoder::readNull);
      case BOOLEAN -> Optional.of(Decoder::readBoolean);
      case INT -> Optional.of(Decoder::readInt);
      case LONG -> Optional.of(Decoder::readLong);
      case FLOAT -> Optional.of(in -> in.skipFixed(Float.BYTES));
      case DOUBLE -> Optional.of(in -> in.skipFixed(Double.BYTES));
      case STRING -> Optional.of(Decoder::skipString);
      case BYTES -> Optional.of(Decoder::skipBytes);
      case FIXED -> {
        int size = schema.getFixedSize();
        yield Optional.of(in -> in.skipFixed(size));
      }
      case ENUM -> Optional.of(Decoder::readEnum);
      case UNION -> union(schema, within);
      case RECORD -> record(schema, within);
      case ARRAY -> of(schema.getElementType(), within).map(FieldSkip::array);
      case MAP -> of(schema.getValueType(), within).map(FieldSkip::map);
    };
  }

  private static Optional<FieldSkip> union(Schema schema, Set<String> within) {
    return all(schema.getTypes(), within)
        .map(types ->
            in -> {
              int index = in.readIndex();
              if (index < 0 || index >= types.length) {
                throw new IOException("type " + index + " of " + types.length);
              }
              types[index].over(in);
            });
  }

  private static Optional<FieldSkip> record(Schema schema, Set<String> within) {
    if (!within.add(schema.getFullName())) {
      return Optional.empty();
    }
    Optional<FieldSkip[]> fields =
        all(schema.getFields().stream().map(Schema.Field::schema).toList(), within);
    within.remove(schema.getFullName());
    return fields.map(each ->
        in -> {
          for (FieldSkip field : each) {
            field.over(in);
          }
        });
  }

  private static Optional<FieldSkip[]> all(List<Schema> schemas, Set<String> within) {
    List<FieldSkip> all = new ArrayList<>(schemas.size());
    for (Schema each : schemas) {
      Optional<FieldSkip> skip = of(each, within);
      if (skip.isEmpty()) {
        return Optional.empty();
      }
      all.add(skip.get());
    }
    return Optional.of(all.toArray(FieldSkip[]::new));
  }

  private static FieldSkip array(FieldSkip element) {
    return in -> {
      for (long left = in.skipArray(); left > 0; left = in.skipArray()) {
        for (; left > 0; left--) {
          element.over(in);
        }
      }
    };
  }

  private static FieldSkip map(FieldSkip value) {
    return in -> {
      for (long left = in.skipMap(); left > 0; left = in.skipMap()) {
        for (; left > 0; left--) {
          in.skipString();
          value.over(in);
        }
      }
    };
  }
}
