package dev.tidings.service.installation;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The state of the installation, built from the records of {@code control}. The first record of a
 * fact counts, and later ones that contradict it are ignored; but compaction keeps the last record,
 * so the first must be {@linkplain #overwritten() written again}. Not thread-safe.
 */
final class ControlState {
  private static final int MOST_SCHEMAS = 200;

  private final Map<Integer, InstallationKey> keys = new TreeMap<>();
  private final Map<Integer, String> schemas = new TreeMap<>();
  private final Map<String, byte[]> overwritten = new HashMap<>();
  private final NodeNotes nodes = new NodeNotes();
  private @Nullable Founding founding;

  /**
   * Applies the next record. A record of another kind, or an unreadable one, is ignored.
   *
   * @param now the current time, which decides whether a key is still in use
   */
  void take(byte @Nullable [] key, byte @Nullable [] value, Instant now) {
    if (key == null) {
      return;
    }
    String name = new String(key, StandardCharsets.UTF_8);
    if (name.equals(Founding.KEY)) {
      takeFounding(value == null ? Optional.empty() : Founding.of(value));
    } else if (name.startsWith(InstallationKey.PREFIX)) {
      keyId(name).ifPresent(id -> takeKey(id, value, now));
    } else if (name.startsWith(InstallationSchemas.PREFIX)) {
      number(name, InstallationSchemas.PREFIX).ifPresent(id -> takeSchema(name, id, value));
    } else if (name.startsWith(NodeNotes.PREFIX)) {
      nodes.take(name, value);
    }
  }

  private void takeSchema(String name, int id, byte @Nullable [] value) {
    if (value == null) {
      // A tombstone, written by an operator: the registry may give the id to another schema.
      schemas.remove(id);
      overwritten.remove(name);
      return;
    }
    Optional<String> said = InstallationSchemas.text(value);
    String known = schemas.get(id);
    if (known == null) {
      said.filter(text -> schemas.size() < MOST_SCHEMAS).ifPresent(text -> schemas.put(id, text));
    } else if (said.equals(Optional.of(known))) {
      overwritten.remove(name);
    } else {
      overwritten.put(name, InstallationSchemas.bytes(known));
    }
  }

  private void takeFounding(Optional<Founding> said) {
    if (founding == null) {
      founding = said.orElse(null);
    }
    if (founding != null && !said.equals(Optional.of(founding))) {
      overwritten.put(Founding.KEY, founding.bytes());
    } else {
      overwritten.remove(Founding.KEY);
    }
  }

  private void takeKey(int id, byte @Nullable [] value, Instant now) {
    if (value == null) {
      // A tombstone, written by an operator: any process may use this id from now on.
      keys.remove(id);
      overwritten.remove(name(id));
      return;
    }
    InstallationKey said = InstallationKey.of(value).orElse(null);
    InstallationKey known = keys.get(id);
    if (known == null || (said != null && known.isRetired(now))) {
      if (said != null) {
        keys.put(id, said);
        overwritten.remove(name(id));
      }
      return;
    }
    if (said != null && known.fingerprint().equals(said.fingerprint())) {
      keys.put(id, known.and(said));
      overwritten.remove(name(id));
    } else {
      overwritten.put(name(id), known.bytes());
    }
  }

  Optional<Founding> founding() {
    return Optional.ofNullable(founding);
  }

  /** Returns the keys by their ids. */
  Map<Integer, InstallationKey> keys() {
    return Map.copyOf(keys);
  }

  /** Returns the texts of the schemas by their ids. */
  Map<Integer, String> schemas() {
    return Map.copyOf(schemas);
  }

  /** Returns what delivery nodes say of themselves, which any thread may look at. */
  NodeNotes nodes() {
    return nodes;
  }

  /**
   * Returns the records that were contradicted: they must be written again, or compaction keeps the
   * contradicting ones.
   */
  Map<String, byte[]> overwritten() {
    return Map.copyOf(overwritten);
  }

  /** Returns those, and what this process says of itself; a value of null removes a record. */
  Map<String, byte @Nullable []> toWrite(Instant now) {
    Map<String, byte @Nullable []> records = new HashMap<>(overwritten);
    nodes.addUnsaid(records, now);
    return records;
  }

  /** Clears the state, because the topic was recreated. */
  void clear() {
    keys.clear();
    schemas.clear();
    overwritten.clear();
    nodes.clear();
    founding = null;
  }

  static String name(int keyId) {
    return InstallationKey.PREFIX + keyId;
  }

  private static Optional<Integer> keyId(String name) {
    return number(name, InstallationKey.PREFIX).filter(id -> id <= 255);
  }

  private static Optional<Integer> number(String name, String prefix) {
    try {
      int id = Integer.parseInt(name.substring(prefix.length()));
      return id >= 0 ? Optional.of(id) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
