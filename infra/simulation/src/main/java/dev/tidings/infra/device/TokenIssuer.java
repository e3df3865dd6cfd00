package dev.tidings.infra.device;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * An issuer of devices' tokens (JWT, EdDSA) with one key, which it publishes as a file.
 * Thread-safe.
 */
public final class TokenIssuer {
  /** Its name, the {@code iss} of its tokens, unless it has another. */
  public static final String NAME = "https://id.example.com";

  private static final int KEY_BYTES = 32;

  private static final String ALGORITHM = "Ed25519";

  private final String name;
  private final KeyPair pair;

  /** Makes one with a new key. */
  public TokenIssuer() {
    this(NAME);
  }

  /** Makes one with another name, and a new key. */
  public TokenIssuer(String name) {
    this(name, newPair());
  }

  private TokenIssuer(String name, KeyPair pair) {
    this.name = name;
    this.pair = pair;
  }

  private static KeyPair newPair() {
    try {
      return KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has Ed25519", e);
    }
  }

  /**
   * Reads one that {@link #secret} has written.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static TokenIssuer read(String secret) {
    String[] halves = secret.strip().split(":", -1);
    if (halves.length != 2) {
      throw new IllegalArgumentException("no key pair");
    }
    try {
      KeyFactory keys = KeyFactory.getInstance(ALGORITHM);
      Base64.Decoder base64 = Base64.getUrlDecoder();
      return new TokenIssuer(
          NAME,
          new KeyPair(
              keys.generatePublic(new X509EncodedKeySpec(base64.decode(halves[0]))),
              keys.generatePrivate(new PKCS8EncodedKeySpec(base64.decode(halves[1])))));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("no key pair", e);
    }
  }

  /** Returns its key with the private half, on one line, to be kept. */
  public String secret() {
    return base64(pair.getPublic().getEncoded()) + ":" + base64(pair.getPrivate().getEncoded());
  }

  /** Writes its key set (JWKS). */
  public void publish(Path file) throws IOException {
    Files.writeString(file, keySet());
  }

  /** Returns its key set (JWKS). */
  public String keySet() {
    byte[] encoded = pair.getPublic().getEncoded();
    byte[] key = Arrays.copyOfRange(encoded, encoded.length - KEY_BYTES, encoded.length);
    return "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"a\",\"x\":\"%s\"}]}"
        .formatted(base64(key));
  }

  /** Returns passwords that are tokens good for this time. */
  public DevicePasswords passwords(Duration goodFor) {
    return serial -> Optional.of(token(serial, Instant.now().plus(goodFor)));
  }

  /** Returns a token of a device. */
  public String token(String serial, Instant expires) {
    return signed(claims(serial, expires));
  }

  /** Returns a token of a device and its user. */
  public String token(String serial, String user, Instant expires) {
    return signed(claims(serial, expires) + ",\"user\":\"" + escaped(user) + "\"");
  }

  private String claims(String serial, Instant expires) {
    return "\"iss\":\"%s\",\"sub\":\"%s\",\"exp\":%d"
        .formatted(name, escaped(serial), expires.getEpochSecond());
  }

  private String signed(String claims) {
    String signed =
        base64("{\"alg\":\"EdDSA\",\"kid\":\"a\"}".getBytes(UTF_8))
            + "."
            + base64(("{" + claims + "}").getBytes(UTF_8));
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(pair.getPrivate());
      signature.update(signed.getBytes(UTF_8));
      return signed + "." + base64(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a key of its own", e);
    }
  }

  /** Returns the text as a string in JSON has it; serial numbers have no control characters. */
  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
