package dev.tidings.schemas.installation;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code control} says, record by record. The first word about something counts, and later
 * ones that contradict it do not; but compaction keeps the last, so it is to be {@linkplain
 * #overwritten() written again}. Not thread-safe.
 */
final class ControlState {
  private final Map<Integer, KnownKey> keys = new TreeMap<>();
  private final Map<String, byte[]> overwritten = new HashMap<>();
  private @Nullable Founding founding;

  /**
   * Takes the next record. One that is of another kind, or can't be read, says nothing.
   *
   * @param now what tells whether a key is still somebody's
   */
  void take(byte @Nullable [] key, byte @Nullable [] value, Instant now) {
    if (key == null) {
      return;
    }
    String name = new String(key, StandardCharsets.UTF_8);
    if (name.equals(Founding.KEY)) {
      takeFounding(value == null ? Optional.empty() : Founding.of(value));
    } else if (name.startsWith(KnownKey.PREFIX)) {
      keyId(name).ifPresent(id -> takeKey(id, value, now));
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
      // An operator's word: from now on anybody may have it.
      keys.remove(id);
      overwritten.remove(name(id));
      return;
    }
    KnownKey said = KnownKey.of(value).orElse(null);
    KnownKey known = keys.get(id);
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

  /** The keys by their ids. */
  Map<Integer, KnownKey> keys() {
    return Map.copyOf(keys);
  }

  /** What was contradicted last: to be written again, or the contradiction is what stays. */
  Map<String, byte[]> overwritten() {
    return Map.copyOf(overwritten);
  }

  /** Forgets all: another topic begins. */
  void clear() {
    keys.clear();
    overwritten.clear();
    founding = null;
  }

  static String name(int keyId) {
    return KnownKey.PREFIX + keyId;
  }

  private static Optional<Integer> keyId(String name) {
    try {
      int id = Integer.parseInt(name.substring(KnownKey.PREFIX.length()));
      return id >= 0 && id <= 255 ? Optional.of(id) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
