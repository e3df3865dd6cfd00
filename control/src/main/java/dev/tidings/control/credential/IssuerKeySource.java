package dev.tidings.control.credential;

import dev.tidings.auth.jose.JoseException;
import dev.tidings.auth.jose.KeySet;
import dev.tidings.schemas.value.InvalidValueException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The place of the keys of an issuer: one of the two is there.
 *
 * @param url of a JSON Web Key Set
 * @param keySet a JSON Web Key Set: public keys, and nothing else
 */
public record IssuerKeySource(Optional<String> url, Optional<String> keySet) {
  /** The longest text of a key set that is read. */
  public static final int MOST_BYTES = 48 * 1024;

  private static final int MOST_KEPT = 16 * 1024;
  private static final int LONGEST_URL = 1_000;
  private static final int LONGEST_REASON = 300;

  private static final String URL_FORM =
      "a URL of at most "
          + LONGEST_URL
          + " characters, https or http, with a host, without user information or fragment";
  private static final String KEY_SET_FORM =
      "a JSON Web Key Set of public keys (EC with P-256, RSA, OKP with Ed25519), at most "
          + MOST_KEPT
          + " bytes of keys";
  private static final String PUBLIC_KEY_FORM =
      "a public key of P-256, RSA or Ed25519 in PEM, as openssl pkey -pubout writes it";

  /**
   * Returns the source at a URL. Whether a node may ask its host is for the node to say.
   *
   * @param name of the value, for messages
   * @throws InvalidValueException if it is no such URL
   */
  public static IssuerKeySource atUrl(String name, String text) {
    if (!isUrl(text)) {
      throw new InvalidValueException(name, text, URL_FORM);
    }
    return new IssuerKeySource(Optional.of(text), Optional.empty());
  }

  private static boolean isUrl(String text) {
    try {
      URI uri = new URI(text);
      return text.length() <= LONGEST_URL
          && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
          && uri.getHost() != null
          && uri.getUserInfo() == null
          && uri.getFragment() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /**
   * Returns the source with the keys of a set. Keys that are not for us are left out; a private one
   * is refused.
   *
   * @param shownAs what messages say instead of the text, which may be secret
   * @throws InvalidValueException if it has no key that can be used
   */
  public static IssuerKeySource ofKeySet(String name, String shownAs, byte[] json) {
    if (json.length > MOST_BYTES) {
      throw new InvalidValueException(name, shownAs, KEY_SET_FORM);
    }
    try {
      KeySet keys = KeySet.read(json);
      if (keys.hasSecrets()) {
        throw new InvalidValueException(
            name, shownAs + ", which has a private key", KEY_SET_FORM + "; keep the private ones");
      }
      return kept(name, shownAs, keys, KEY_SET_FORM);
    } catch (JoseException e) {
      // What is wrong with each key; nothing of it is repeated.
      String why = e.text().substring(0, Math.min(LONGEST_REASON, e.text().length()));
      throw new InvalidValueException(name, shownAs, KEY_SET_FORM + "; " + why);
    }
  }

  /**
   * Returns the source with one key.
   *
   * @param shownAs what messages say instead of the text, which may be secret
   * @throws InvalidValueException if it is no key that can be used
   */
  public static IssuerKeySource ofPublicKey(String name, String shownAs, String pem) {
    byte[] der = PublicKeyPem.der(name, shownAs, pem, PUBLIC_KEY_FORM);
    try {
      return kept(name, shownAs, KeySet.ofPublicKey(der), PUBLIC_KEY_FORM);
    } catch (JoseException e) {
      throw new InvalidValueException(name, shownAs, PUBLIC_KEY_FORM);
    }
  }

  private static IssuerKeySource kept(String name, String shownAs, KeySet keys, String expected) {
    String json = keys.json();
    if (json.getBytes(StandardCharsets.UTF_8).length > MOST_KEPT) {
      throw new InvalidValueException(name, shownAs, expected);
    }
    return new IssuerKeySource(Optional.empty(), Optional.of(json));
  }

  /** Returns it for people: the URL, or how many keys there are. */
  public String words() {
    return url.map(text -> "keys at " + text).orElse("keys kept");
  }
}
