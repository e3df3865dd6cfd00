package dev.tidings.schemas.token;

import dev.tidings.schemas.value.InvalidValueException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A secret under which tokens are created, shared by the services. Thread-safe. */
final class TokenKey {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int MIN_SECRET_BYTES = 16;

  /** Longer than the signed part of a token, so that no token reveals the fingerprint. */
  private static final byte[] FINGERPRINT =
      "the fingerprint of a key of Tidings".getBytes(StandardCharsets.US_ASCII);

  private static final int FINGERPRINT_BYTES = 8;

  private final int id;
  private final Mac prototype;

  private TokenKey(int id, Mac prototype) {
    this.id = id;
    this.prototype = prototype;
  }

  /** Reads {@code id:hex}, such as {@code 1:0f1e…}; the secret is named in no message. */
  static TokenKey parse(String text) {
    int colon = text.indexOf(':');
    try {
      int id = Integer.parseInt(text.substring(0, Math.max(colon, 0)));
      byte[] secret = HexFormat.of().parseHex(text.substring(colon + 1));
      if (id < 0 || id > 255 || secret.length < MIN_SECRET_BYTES) {
        throw malformed();
      }
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret, ALGORITHM));
      return new TokenKey(id, mac);
    } catch (NumberFormatException e) {
      throw malformed();
    } catch (IllegalArgumentException e) {
      throw e instanceof InvalidValueException ? e : malformed();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }

  /** Returns a fingerprint that distinguishes the key from others and does not reveal it. */
  String fingerprint() {
    byte[] mac = sign(FINGERPRINT, FINGERPRINT.length);
    return HexFormat.of().formatHex(mac, 0, FINGERPRINT_BYTES);
  }

  int id() {
    return id;
  }

  /** Returns the HMAC-SHA256 of the first {@code length} bytes. */
  byte[] sign(byte[] bytes, int length) {
    try {
      Mac mac = (Mac) prototype.clone();
      mac.update(bytes, 0, length);
      return mac.doFinal();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the platform's HMAC can be cloned", e);
    }
  }

  private static InvalidValueException malformed() {
    return new InvalidValueException(
        "token key",
        "(secret)",
        "ID:HEX, an id of 0..255 and a secret of at least " + MIN_SECRET_BYTES + " bytes in hex");
  }
}
