package dev.tidings.schemas.registry;

import java.util.IdentityHashMap;
import java.util.List;
import org.apache.avro.Schema;

/**
 * How large a schema is when everything it names is written out where it is named: what Avro makes
 * of it when it prepares to read. A few lines that name each other twice, thirty times in a row,
 * are a billion fields, each of which may take no byte at all.
 */
final class SchemaWeight {
  static final int MAX = 10_000;

  private final IdentityHashMap<Schema, Integer> known = new IdentityHashMap<>();

  private SchemaWeight() {}

  /** Whether a schema is no larger than any that was made by people. */
  static boolean isBearable(Schema schema) {
    return new SchemaWeight().of(schema) <= MAX;
  }

  private int of(Schema schema) {
    return switch (schema.getType()) {
      case RECORD -> record(schema);
      case ARRAY -> 1 + of(schema.getElementType());
      case MAP -> 1 + of(schema.getValueType());
      case UNION -> sum(schema.getTypes());
      default -> 1;
    };
  }

  private int record(Schema schema) {
    Integer before = known.get(schema);
    if (before != null) {
      return before;
    }
    // One that is within itself counts once there: it is not written out but called.
    known.put(schema, 1);
    int weight = sum(schema.getFields().stream().map(Schema.Field::schema).toList());
    known.put(schema, weight);
    return weight;
  }

  private int sum(List<Schema> parts) {
    int sum = 1;
    for (Schema part : parts) {
      sum = Math.min(MAX + 1, sum + of(part));
    }
    return sum;
  }
}
