package dev.tidings.schemas.token;

import dev.tidings.schemas.value.InvalidValueException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The active token keys. New tokens are created under the first; tokens of all of them are
 * accepted. To rotate keys, put a new key first, and remove the old one when its tokens are no
 * longer in use.
 */
public final class TokenKeys {
  private final List<TokenKey> keys;

  private TokenKeys(List<TokenKey> keys) {
    this.keys = keys;
  }

  /**
   * Reads {@code id:hex,id:hex,…}: ids of 0..255, each once, secrets of at least 16 bytes.
   *
   * @throws InvalidValueException if it is anything else
   */
  public static TokenKeys parse(String text) {
    List<TokenKey> keys =
        List.of(text.split(",", -1)).stream().map(String::strip).map(TokenKey::parse).toList();
    if (keys.stream().map(TokenKey::id).distinct().count() != keys.size()) {
      throw new InvalidValueException("token keys", "(secret)", "every key id once");
    }
    return new TokenKeys(keys);
  }

  /** Returns a new random key in the form that {@link #parse} reads. */
  public static String generate(int id, SecureRandom random) {
    byte[] secret = new byte[32];
    random.nextBytes(secret);
    return id + ":" + HexFormat.of().formatHex(secret);
  }

  /**
   * Returns the fingerprint of each key by id, which reveals nothing of the key; the active key
   * first.
   */
  public Map<Integer, String> fingerprints() {
    Map<Integer, String> fingerprints = new LinkedHashMap<>();
    keys.forEach(key -> fingerprints.put(key.id(), key.fingerprint()));
    return fingerprints;
  }

  /** Returns the id of the key under which new tokens are created. */
  public int activeId() {
    return active().id();
  }

  TokenKey active() {
    return keys.getFirst();
  }

  /** Returns the keys, the active one first. */
  List<TokenKey> all() {
    return keys;
  }

  @Nullable TokenKey byId(int id) {
    for (TokenKey key : keys) {
      if (key.id() == id) {
        return key;
      }
    }
    return null;
  }
}
