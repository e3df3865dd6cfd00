package dev.tidings.schemas.registry.client;

import java.util.Optional;
import org.apache.avro.Schema;

/**
 * Stores schemas that were fetched once, for use when no registry can be reached. Callers ask a
 * registry first. Thread-safe; may read and write files, and never throws.
 */
public interface SchemaStore {
  /** Returns the schema of an id, if it was kept and can be read. */
  Optional<Schema> find(int id);

  void keep(int id, Schema schema);

  /** Returns a store that keeps nothing. */
  static SchemaStore none() {
    return new SchemaStore() {
      @Override
      public Optional<Schema> find(int id) {
        return Optional.empty();
      }

      @Override
      public void keep(int id, Schema schema) {}
    };
  }
}
