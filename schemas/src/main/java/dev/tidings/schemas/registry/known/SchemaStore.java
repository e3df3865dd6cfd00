package dev.tidings.schemas.registry.known;

import java.util.Optional;
import java.util.Set;
import org.apache.avro.Schema;

/**
 * Stores schemas that were fetched once, for use when no registry can be reached, and to be held
 * against what registries say later. Callers ask a registry first. Thread-safe; may read and write
 * files, and never throws.
 */
public interface SchemaStore {
  /** Returns the schema of an id, if it was kept and can be read. */
  Optional<Schema> find(int id);

  /** Keeps the schema of an id, unless one is kept that can be read. */
  void keep(int id, Schema schema);

  /** Returns the ids of which schemas are kept. */
  Set<Integer> ids();

  /** Returns a store that keeps nothing. */
  static SchemaStore none() {
    return new SchemaStore() {
      @Override
      public Optional<Schema> find(int id) {
        return Optional.empty();
      }

      @Override
      public void keep(int id, Schema schema) {}

      @Override
      public Set<Integer> ids() {
        return Set.of();
      }
    };
  }
}
