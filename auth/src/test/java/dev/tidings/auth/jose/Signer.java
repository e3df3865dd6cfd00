package dev.tidings.auth.jose;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;

/** An issuer's key pair: signs tokens, and says its public key. */
public final class Signer {
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final String id;
  private final JwsAlgorithm algorithm;
  private final KeyPair pair;

  private Signer(String id, JwsAlgorithm algorithm, KeyPair pair) {
    this.id = id;
    this.algorithm = algorithm;
    this.pair = pair;
  }

  public static Signer of(String id, JwsAlgorithm algorithm) {
    try {
      KeyPairGenerator generator =
          KeyPairGenerator.getInstance(
              switch (algorithm) {
                case ES256 -> "EC";
                case RS256 -> "RSA";
                case ED25519 -> "Ed25519";
              });
      if (algorithm == JwsAlgorithm.ES256) {
        generator.initialize(new ECGenParameterSpec("secp256r1"));
      } else if (algorithm == JwsAlgorithm.RS256) {
        generator.initialize(2048);
      }
      return new Signer(id, algorithm, generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  public KeyPair pair() {
    return pair;
  }

  /** A token with the header that belongs to the key. */
  public String token(String claims) {
    return token("{\"alg\":\"%s\",\"kid\":\"%s\"}".formatted(algorithm.label(), id), claims);
  }

  /** A token with any header, signed with the key's own algorithm. */
  public String token(String header, String claims) {
    String signed = base64(header) + "." + base64(claims);
    return signed + "." + base64(sign(signed));
  }

  private byte[] sign(String signed) {
    try {
      Signature signature =
          Signature.getInstance(
              switch (algorithm) {
                case ES256 -> "SHA256withECDSAinP1363Format";
                case RS256 -> "SHA256withRSA";
                case ED25519 -> "Ed25519";
              });
      signature.initSign(pair.getPrivate());
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** The public key, as a member of a key set. */
  public String jwk() {
    return "{\"kid\":\"%s\",%s}".formatted(id, jwkWithoutId());
  }

  public String jwkWithoutId() {
    return switch (algorithm) {
      case ES256 -> {
        ECPublicKey key = (ECPublicKey) pair.getPublic();
        yield "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"%s\""
            .formatted(
                base64(unsigned(key.getW().getAffineX(), 32)),
                base64(unsigned(key.getW().getAffineY(), 32)));
      }
      case RS256 -> {
        RSAPublicKey key = (RSAPublicKey) pair.getPublic();
        yield "\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"AQAB\""
            .formatted(base64(unsigned(key.getModulus(), 256)));
      }
      case ED25519 -> {
        byte[] encoded = pair.getPublic().getEncoded();
        yield "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"%s\""
            .formatted(base64(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)));
      }
    };
  }

  /** A key set of these keys. */
  public static byte[] keySet(Signer... signers) {
    return keySet(Arrays.stream(signers).map(Signer::jwk).toArray(String[]::new));
  }

  public static byte[] keySet(String... jwks) {
    return ("{\"keys\":[" + String.join(",", jwks) + "]}").getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] unsigned(BigInteger number, int length) {
    byte[] bytes = number.toByteArray();
    byte[] padded = new byte[length];
    int from = Math.max(0, bytes.length - length);
    int count = bytes.length - from;
    System.arraycopy(bytes, from, padded, length - count, count);
    return padded;
  }

  public static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  public static String base64(byte[] bytes) {
    return BASE64.encodeToString(bytes);
  }
}
