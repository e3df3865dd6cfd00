package dev.tidings.service.installation;

import dev.tidings.schemas.token.TokenKeys;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The token keys configured for this process, compared with those of the installation.
 *
 * @param keys fingerprints by id
 * @param making the id of the key under which it creates tokens, if it creates any
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

  /** Returns the ids of its keys that are different in other processes. */
  Set<Integer> conflicts(Map<Integer, InstallationKey> known, Instant now) {
    Set<Integer> conflicts = new TreeSet<>();
    keys.forEach((id, fingerprint) -> {
      InstallationKey other = known.get(id);
      if (other != null && !other.isRetired(now) && !other.fingerprint().equals(fingerprint)) {
        conflicts.add(id);
      }
    });
    return conflicts;
  }

  /**
   * Returns the ids of keys that others have and this process has not; empty if it uses no keys.
   */
  Set<Integer> missing(Map<Integer, InstallationKey> known, Instant now) {
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
   * Returns the ids of the keys without which this process cannot work: a process that checks
   * tokens needs every key under which tokens are being created; one that creates tokens needs one
   * of these, or other processes would not know its tokens.
   */
  Set<Integer> needed(Map<Integer, InstallationKey> known, Instant now) {
    Set<Integer> needed = new TreeSet<>();
    boolean shared = false;
    for (Map.Entry<Integer, InstallationKey> other : known.entrySet()) {
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

  /** Returns whether it creates tokens under a key that is not recorded yet. */
  boolean isNews(Map<Integer, InstallationKey> known) {
    return making != null && !known.containsKey(making);
  }

  /**
   * Returns those of its keys that must be recorded, because no process has done so, or not
   * recently.
   */
  Map<Integer, InstallationKey> unsaid(Map<Integer, InstallationKey> known, Instant now) {
    Map<Integer, InstallationKey> unsaid = new HashMap<>();
    Instant lately = now.minus(InstallationKey.SAID_EVERY);
    keys.forEach((id, fingerprint) -> {
      boolean makes = making != null && making.intValue() == id;
      InstallationKey mine = new InstallationKey(fingerprint, now, makes ? now : Instant.EPOCH);
      InstallationKey other = known.get(id);
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
