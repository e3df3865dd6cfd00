package dev.tidings.auth.jose;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Reads one key of a key set (RFC 7517, 7518 and 8037). */
final class WebKey {
  /** What is said of a key that nobody else should have. */
  static final String SECRET = "a secret key";

  private static final int ED25519_BYTES = 32;
  private static final int MIN_RSA_BITS = 2048;

  /** Larger ones would make each check expensive. */
  private static final int MAX_RSA_BITS = 8192;

  private static final int MAX_EXPONENT_BITS = 32;

  /** What is in front of the 32 bytes of an Ed25519 key in X.509 (RFC 8410). */
  private static final byte[] ED25519_HEAD = HexFormat.of().parseHex("302a300506032b6570032100");

  static VerificationKey read(JsonObject key) throws JoseException {
    // First: that it is secret matters more than what else is wrong with it.
    if (key.has("d") || key.has("k")) {
      throw new JoseException(SECRET, "a public key");
    }
    String type = need(key, "kty");
    if (!key.text("use").orElse("sig").equals("sig")
        || !key.texts("key_ops").orElse(List.of("verify")).contains("verify")) {
      throw new JoseException("a key for another use", "use sig, key_ops with verify");
    }
    JwsAlgorithm algorithm =
        switch (type) {
          case "EC" -> curve(key, "P-256", JwsAlgorithm.ES256);
          case "RSA" -> JwsAlgorithm.RS256;
          case "OKP" -> curve(key, "Ed25519", JwsAlgorithm.ED25519);
          default -> throw new JoseException("kty", "EC, RSA or OKP");
        };
    Optional<String> stated = key.text("alg");
    if (stated.isPresent() && !algorithm.isCalled(stated.get())) {
      throw new JoseException("alg", algorithm.label() + " for a key of this type");
    }
    return new VerificationKey(key.text("kid"), algorithm, publicKey(algorithm, key));
  }

  private static JwsAlgorithm curve(JsonObject key, String only, JwsAlgorithm algorithm)
      throws JoseException {
    if (!need(key, "crv").equals(only)) {
      throw new JoseException("crv", only);
    }
    return algorithm;
  }

  private static PublicKey publicKey(JwsAlgorithm algorithm, JsonObject key) throws JoseException {
    try {
      return switch (algorithm) {
        case ES256 -> P256PublicKeys.publicKey(bytes(key, "x"), bytes(key, "y"));
        case RS256 -> rsa(new BigInteger(1, bytes(key, "n")), new BigInteger(1, bytes(key, "e")));
        case ED25519 -> ed25519(bytes(key, "x"));
      };
    } catch (GeneralSecurityException e) {
      throw new JoseException("a key that is none", "a valid key of kty " + need(key, "kty"));
    }
  }

  private static PublicKey rsa(BigInteger modulus, BigInteger exponent)
      throws GeneralSecurityException, JoseException {
    int bits = modulus.bitLength();
    if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS || !modulus.testBit(0)) {
      throw new JoseException(
          "n of " + bits + " bits", MIN_RSA_BITS + ".." + MAX_RSA_BITS + " bits, odd");
    }
    if (exponent.bitLength() < 2
        || exponent.bitLength() > MAX_EXPONENT_BITS
        || !exponent.testBit(0)) {
      throw new JoseException("e", "odd, 3 or more, at most " + MAX_EXPONENT_BITS + " bits");
    }
    return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
  }

  private static PublicKey ed25519(byte[] point) throws GeneralSecurityException, JoseException {
    if (point.length != ED25519_BYTES) {
      throw new JoseException("x of " + point.length + " bytes", ED25519_BYTES + " bytes");
    }
    byte[] encoded = new byte[ED25519_HEAD.length + ED25519_BYTES];
    System.arraycopy(ED25519_HEAD, 0, encoded, 0, ED25519_HEAD.length);
    System.arraycopy(point, 0, encoded, ED25519_HEAD.length, ED25519_BYTES);
    PublicKey key =
        KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    // Only this finds out that the bytes are no point of the curve.
    Signature.getInstance("Ed25519").initVerify(key);
    return key;
  }

  private static String need(JsonObject key, String name) throws JoseException {
    return key.text(name).orElseThrow(() -> new JoseException("no " + name, "one, as text"));
  }

  private static byte[] bytes(JsonObject key, String name) throws JoseException {
    return Base64Url.decode(name, need(key, name));
  }

  private WebKey() {}
}
