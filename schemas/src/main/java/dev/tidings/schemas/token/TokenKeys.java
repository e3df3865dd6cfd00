package dev.tidings.schemas.token;

import dev.tidings.schemas.value.InvalidValueException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keys in force. The first makes new tokens; every one of them still recognises those it made,
 * which is how keys rotate: put the new one in front, drop the old one when its tokens are gone.
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

  /** A new random key in the form {@link #parse} reads. */
  public static String generate(int id, SecureRandom random) {
    byte[] secret = new byte[32];
    random.nextBytes(secret);
    return id + ":" + HexFormat.of().formatHex(secret);
  }

  /** What tells the key of each id from another's, and tells nothing else; the active one first. */
  public Map<Integer, String> fingerprints() {
    Map<Integer, String> fingerprints = new LinkedHashMap<>();
    keys.forEach(key -> fingerprints.put(key.id(), key.fingerprint()));
    return fingerprints;
  }

  /** The id of the key that makes new tokens. */
  public int activeId() {
    return active().id();
  }

  TokenKey active() {
    return keys.getFirst();
  }

  /** The active one first. */
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
