package dev.tidings.schemas.installation;

import dev.tidings.schemas.token.TokenKeys;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The token keys that this process was told, against those that the installation has.
 *
 * @param keys fingerprints by id
 * @param making the id of the one that it makes tokens under, if it makes any
 */
record OwnKeys(Map<Integer, String> keys, @Nullable Integer making) {
  OwnKeys {
    keys = Map.copyOf(keys);
  }

  static OwnKeys none() {
    return new OwnKeys(Map.of(), null);
  }

  static OwnKeys of(TokenKeys keys, boolean makes) {
    return new OwnKeys(keys.fingerprints(), makes ? keys.activeId() : null);
  }

  /** The ids of its keys that others have otherwise. */
  Set<Integer> conflicts(Map<Integer, KnownKey> known, Instant now) {
    Set<Integer> conflicts = new TreeSet<>();
    keys.forEach((id, fingerprint) -> {
      KnownKey other = known.get(id);
      if (other != null && !other.isRetired(now) && !other.fingerprint().equals(fingerprint)) {
        conflicts.add(id);
      }
    });
    return conflicts;
  }

  /**
   * The ids of keys that others have and this process has not, if it has to do with keys at all.
   */
  Set<Integer> missing(Map<Integer, KnownKey> known, Instant now) {
    if (keys.isEmpty()) {
      return Set.of();
    }
    Set<Integer> missing = new TreeSet<>();
    known.forEach((id, other) -> {
      if (!keys.containsKey(id) && !other.isRetired(now)) {
        missing.add(id);
      }
    });
    return missing;
  }

  /**
   * The ids of the keys without which this process is of no use: who takes tokens needs every key
   * that tokens are being made under; who makes them needs one of these, or it makes what nobody
   * knows.
   */
  Set<Integer> needed(Map<Integer, KnownKey> known, Instant now) {
    Set<Integer> needed = new TreeSet<>();
    boolean shared = false;
    for (Map.Entry<Integer, KnownKey> other : known.entrySet()) {
      if (other.getValue().isMaking(now)) {
        boolean here = keys.containsKey(other.getKey());
        shared |= here;
        if (!here) {
          needed.add(other.getKey());
        }
      }
    }
    return keys.isEmpty() || (making != null && shared) ? Set.of() : needed;
  }

  /** Whether it makes tokens under a key that nobody has heard of yet. */
  boolean isNews(Map<Integer, KnownKey> known) {
    return making != null && !known.containsKey(making);
  }

  /** What of its keys is to be said, since nobody has, or not lately. */
  Map<Integer, KnownKey> unsaid(Map<Integer, KnownKey> known, Instant now) {
    Map<Integer, KnownKey> unsaid = new HashMap<>();
    Instant lately = now.minus(KnownKey.SAID_EVERY);
    keys.forEach((id, fingerprint) -> {
      boolean makes = making != null && making.intValue() == id;
      KnownKey mine = new KnownKey(fingerprint, now, makes ? now : Instant.EPOCH);
      KnownKey other = known.get(id);
      if (other == null || other.isRetired(now)) {
        unsaid.put(id, mine);
      } else if (other.fingerprint().equals(fingerprint)
          && (other.held().isBefore(lately) || (makes && other.making().isBefore(lately)))) {
        unsaid.put(id, other.and(mine));
      }
    });
    return unsaid;
  }
}
