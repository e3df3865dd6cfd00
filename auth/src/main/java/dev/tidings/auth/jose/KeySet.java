package dev.tidings.auth.jose;

import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
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
        VerificationKey key = WebKey.read(all.get(i));
        // It may be there once for each name of its algorithm.
        if (!keys.contains(key)) {
          keys.add(key);
        }
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

  /**
   * Returns the set of one key, which has no id: tokens need not name one.
   *
   * @param encoded X.509's SubjectPublicKeyInfo
   * @throws JoseException if it is no key that can be used
   */
  public static KeySet ofPublicKey(byte[] encoded) throws JoseException {
    for (JwsAlgorithm algorithm : JwsAlgorithm.values()) {
      Optional<PublicKey> key = algorithm.publicKey(encoded);
      if (key.isPresent()) {
        VerificationKey only = new VerificationKey(Optional.empty(), algorithm, key.get());
        // Read like every other set: the same bounds count.
        return read(KeySetWriter.write(List.of(only)).getBytes(StandardCharsets.UTF_8));
      }
    }
    throw new JoseException("public key: another type", "EC, RSA or Ed25519");
  }

  /** Returns whether a key that was left out is a private or a symmetric one. */
  public boolean hasSecrets() {
    return skipped.stream().anyMatch(why -> why.contains(WebKey.SECRET));
  }

  /** Returns the keys as a key set, without anything else that was in the text they are from. */
  public String json() {
    return KeySetWriter.write(keys);
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
