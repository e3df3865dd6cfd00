package dev.tidings.infra.device;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
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
  /** Its name, the {@code iss} of its tokens. */
  public static final String NAME = "https://id.example.com";

  private static final int KEY_BYTES = 32;

  private final KeyPair pair;

  public TokenIssuer() {
    try {
      pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has Ed25519", e);
    }
  }

  /** Writes its key set (JWKS). */
  public void publish(Path file) throws IOException {
    byte[] encoded = pair.getPublic().getEncoded();
    byte[] key = Arrays.copyOfRange(encoded, encoded.length - KEY_BYTES, encoded.length);
    Files.writeString(
        file,
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"a\",\"x\":\"%s\"}]}"
            .formatted(base64(key)));
  }

  /** Returns passwords that are tokens good for this time. */
  public DevicePasswords passwords(Duration goodFor) {
    return serial -> Optional.of(token(serial, Instant.now().plus(goodFor)));
  }

  /** Returns a token of a device. */
  public String token(String serial, Instant expires) {
    String signed =
        base64("{\"alg\":\"EdDSA\",\"kid\":\"a\"}".getBytes(UTF_8))
            + "."
            + base64(
                "{\"iss\":\"%s\",\"sub\":\"%s\",\"exp\":%d}"
                    .formatted(NAME, serial, expires.getEpochSecond())
                    .getBytes(UTF_8));
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(pair.getPrivate());
      signature.update(signed.getBytes(UTF_8));
      return signed + "." + base64(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a key of its own", e);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
