package dev.tidings.auth.jose;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A signed token, taken apart; nothing of it is verified. References to keys in its header ({@code
 * jku}, {@code jwk}, {@code x5u}, {@code x5c}) are ignored.
 *
 * @param algorithm that it says it is signed with
 * @param keyId the {@code kid} of the key that it says it is signed with
 * @param payload the claims, as JSON
 * @param signed the bytes that the signature is of
 */
public record CompactJws(
    String algorithm, Optional<String> keyId, byte[] payload, byte[] signed, byte[] signature) {
  /** Larger tokens are refused before anything is read. */
  public static final int MAX_BYTES = 8 * 1024;

  private static final String HEADER = "token's header";

  /**
   * Takes a token apart.
   *
   * @throws JoseException if it is malformed, or has extensions that must be understood
   */
  public static CompactJws read(byte[] token) throws JoseException {
    if (token.length > MAX_BYTES) {
      throw new JoseException("token: " + token.length + " bytes", "at most " + MAX_BYTES);
    }
    // Characters beyond ASCII do not pass the decoder.
    String text = new String(token, StandardCharsets.ISO_8859_1);
    int first = text.indexOf('.');
    int second = text.indexOf('.', first + 1);
    if (first <= 0
        || second <= first + 1
        || second == text.length() - 1
        || text.indexOf('.', second + 1) >= 0) {
      throw new JoseException("token: not a signed JWT", "header.claims.signature");
    }
    JsonObject header = JsonObject.read(HEADER, Base64Url.decode(HEADER, text.substring(0, first)));
    if (header.has("crit")) {
      throw new JoseException(HEADER + ": crit", "no extensions");
    }
    return new CompactJws(
        header
            .text("alg")
            .orElseThrow(() -> new JoseException(HEADER + ": no alg", "ES256, RS256 or Ed25519")),
        header.text("kid"),
        Base64Url.decode("token's claims", text.substring(first + 1, second)),
        Arrays.copyOf(token, second),
        Base64Url.decode("token's signature", text.substring(second + 1)));
  }

  /**
   * Returns the same with the signature in the spelling of JWS, if it is an ECDSA signature in that
   * of X.509. Some libraries for Apple's service sign so, and Apple takes it.
   */
  public CompactJws withRawSignature() {
    return new CompactJws(algorithm, keyId, payload, signed, EcdsaSignature.raw(signature));
  }

  /** Says what it is, and nothing of what it contains. */
  @Override
  public String toString() {
    return "CompactJws[" + signed.length + " bytes]";
  }
}
