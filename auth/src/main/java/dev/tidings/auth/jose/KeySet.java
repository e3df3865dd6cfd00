package dev.tidings.auth.jose;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The keys of an issuer: a JSON Web Key Set (RFC 7517). As that demands, keys that are not for us
 * are left out, and the others are used.
 *
 * @param skipped why each key that was left out was
 */
public record KeySet(List<VerificationKey> keys, List<String> skipped) {
  private static final int MAX_KEYS = 100;

  /** No keys. */
  public static final KeySet EMPTY = new KeySet(List.of(), List.of());

  /**
   * Reads a key set.
   *
   * @throws JoseException if it is malformed, or has no key that can be used
   */
  public static KeySet read(byte[] json) throws JoseException {
    List<JsonObject> all =
        JsonObject.read("key set", json)
            .objects("keys")
            .orElseThrow(() -> new JoseException("key set: no keys", "{\"keys\":[…]}"));
    if (all.size() > MAX_KEYS) {
      throw new JoseException("key set: " + all.size() + " keys", "at most " + MAX_KEYS);
    }
    List<VerificationKey> keys = new ArrayList<>();
    List<String> skipped = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      try {
        keys.add(WebKey.read(all.get(i)));
      } catch (JoseException e) {
        skipped.add("keys[" + i + "]: " + e.text());
      }
    }
    if (keys.isEmpty()) {
      throw new JoseException(
          "key set: no key that can be used; " + String.join("; ", skipped),
          "public keys of kty EC with P-256, RSA or OKP with Ed25519");
    }
    checkIds(keys);
    return new KeySet(List.copyOf(keys), List.copyOf(skipped));
  }

  private static void checkIds(List<VerificationKey> keys) throws JoseException {
    Set<String> ids = new HashSet<>();
    for (VerificationKey key : keys) {
      if (key.id().isPresent() && !ids.add(key.id().get())) {
        throw new JoseException("key set: two keys with one kid", "a kid of its own for each key");
      }
    }
  }

  /** Returns the key with that id; for a token that names none, the only key there is. */
  public Optional<VerificationKey> find(Optional<String> id) {
    if (id.isEmpty()) {
      return keys.size() == 1 ? Optional.of(keys.getFirst()) : Optional.empty();
    }
    for (VerificationKey key : keys) {
      if (key.id().equals(id)) {
        return Optional.of(key);
      }
    }
    return Optional.empty();
  }
}
