package dev.tidings.schemas.registry.known;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The schemas of ids, in memory and in a store. The schema of an id never changes, since records of
 * the log name it by its id: what was learned first stays, and a registry that says something else
 * is not believed, in this nor in anything new, until it agrees again. Thread-safe; may read and
 * write files.
 */
public final class KnownSchemas {
  private static final int MAX_SCHEMAS = 1_000;

  /** How many ids of the store are compared with the registry: ours are among the first. */
  private static final int MOST_COMPARED = 50;

  private final SchemaStore kept;
  private final Contradictions contradictions;
  private final Map<Integer, Schema> memory =
      Collections.synchronizedMap(new LeastRecent<>(MAX_SCHEMAS));

  /** Those that are written, or contradicted: they stay to be compared. */
  private final Map<Integer, Schema> compared = new ConcurrentHashMap<>();

  /**
   * @param registries their URLs, for messages
   */
  public KnownSchemas(SchemaStore kept, String registries) {
    this.kept = kept;
    this.contradictions = new Contradictions(registries);
  }

  /** Returns the schema of an id if it is in memory. */
  public @Nullable Schema inMemory(int id) {
    return memory.get(id);
  }

  /** Returns the schema of an id as it was learned, by this process or by an earlier one. */
  public Optional<Schema> find(int id) {
    Optional<Schema> found = Optional.ofNullable(memory.get(id)).or(() -> kept.find(id));
    found.ifPresent(schema -> memory.put(id, schema));
    return found;
  }

  /**
   * Takes what a registry says of an id.
   *
   * @return the schema with which records with this id were written; empty if that cannot be told,
   *     because the id is new and the registry in doubt
   */
  public synchronized Optional<Schema> learn(int id, Schema told) {
    Optional<Schema> before = find(id);
    if (before.isPresent()) {
      agrees(id, before.get(), told);
      return before;
    }
    if (!contradictions.isEmpty()) {
      return Optional.empty();
    }
    memory.put(id, told);
    kept.keep(id, told);
    return Optional.of(told);
  }

  /**
   * Takes the id that a registry gives to a schema.
   *
   * @return whether it may be written; not if the id was another schema's, or is new and the
   *     registry in doubt
   */
  public synchronized boolean learnWritten(int id, Schema schema) {
    boolean same = learn(id, schema).filter(known -> agrees(id, known, schema)).isPresent();
    if (same) {
      memory.put(id, schema);
      compared.put(id, schema);
    }
    return same;
  }

  private boolean agrees(int id, Schema known, Schema told) {
    if (SchemaPrint.isSame(known, told)) {
      contradictions.settle(id);
      return true;
    }
    contradictions.add(id, known, told);
    compared.putIfAbsent(id, known);
    return false;
  }

  /** Returns ids that a registry should know, with their schemas. */
  public Map<Integer, Schema> toCompare() {
    Map<Integer, Schema> all = new TreeMap<>(compared);
    Set<Integer> stored = new TreeSet<>(kept.ids());
    stored.stream()
        .limit(MOST_COMPARED)
        .forEach(id -> find(id).ifPresent(schema -> all.putIfAbsent(id, schema)));
    return all;
  }

  /** Takes how many ids the registry was asked for of which it knows none; 0 if it knows some. */
  public void lost(int ids) {
    contradictions.lost(ids);
  }

  /** Returns how many contradictions there are. */
  public int contradictions() {
    return contradictions.count();
  }

  /** Returns what contradicts what is known; empty if nothing does. */
  public Optional<String> wrong() {
    return contradictions.text();
  }
}
