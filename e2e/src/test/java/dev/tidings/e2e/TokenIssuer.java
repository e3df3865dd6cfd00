package dev.tidings.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;

/** Signs tokens of devices, and publishes its key as a file. */
final class TokenIssuer {
  static final String NAME = "https://id.example.com";
  private static final int KEY_BYTES = 32;

  private final KeyPair pair;

  TokenIssuer() throws GeneralSecurityException {
    pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
  }

  void publish(Path file) throws IOException {
    byte[] encoded = pair.getPublic().getEncoded();
    byte[] key = Arrays.copyOfRange(encoded, encoded.length - KEY_BYTES, encoded.length);
    Files.writeString(
        file,
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"a\",\"x\":\"%s\"}]}"
            .formatted(base64(key)));
  }

  String token(String serial, Instant expires) throws GeneralSecurityException {
    String signed =
        base64("{\"alg\":\"EdDSA\",\"kid\":\"a\"}".getBytes(UTF_8))
            + "."
            + base64(
                "{\"iss\":\"%s\",\"sub\":\"%s\",\"exp\":%d}"
                    .formatted(NAME, serial, expires.getEpochSecond())
                    .getBytes(UTF_8));
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(pair.getPrivate());
    signature.update(signed.getBytes(UTF_8));
    return signed + "." + base64(signature.sign());
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
