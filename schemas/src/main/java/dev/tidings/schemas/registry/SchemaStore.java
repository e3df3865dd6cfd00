package dev.tidings.schemas.registry;

import java.util.Optional;
import org.apache.avro.Schema;

/**
 * Schemas that were learned once, for when no registry can be reached. Whoever asks has asked a
 * registry first. Thread-safe; may read and write files, and never fails.
 */
public interface SchemaStore {
  /** The schema of an id, if it was kept and can be read. */
  Optional<Schema> find(int id);

  void keep(int id, Schema schema);

  /** Keeps nothing. */
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
