package dev.tidings.schemas.registry.client;

import java.util.IdentityHashMap;
import java.util.List;
import org.apache.avro.Schema;

/**
 * The size of a schema with every named type expanded where it is used, as Avro does when it
 * prepares to read. A few lines that refer to each other twice, thirty levels deep, expand to a
 * billion fields, each of which may take no bytes.
 */
final class SchemaWeight {
  static final int MAX = 10_000;

  private final IdentityHashMap<Schema, Integer> known = new IdentityHashMap<>();

  private SchemaWeight() {}

  /** Returns whether a schema is within a size that no schema written by people exceeds. */
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
    // A recursive use counts once: Avro does not expand it but refers to it.
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
