package dev.tidings.infra.cli.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.control.credential.P256;
import dev.tidings.control.credential.PrivateKeyPem;
import dev.tidings.schemas.value.InvalidValueException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublicKeyFileTest {
  @TempDir Path directory;

  @Test
  void a_public_key_is_read_as_openssl_writes_it() throws Exception {
    PublicKey key = P256.newPair().getPublic();

    assertThat(PublicKeyFile.read(file(pem(key))).getEncoded()).isEqualTo(key.getEncoded());
    assertThat(PublicKeyFile.read(file("Made today\r\n" + pem(key).replace("\n", "\r\n"))))
        .isEqualTo(key);
  }

  @Test
  void everything_else_is_refused_and_told_what_was_expected() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp384r1"));
    byte[] offCurve = P256.newPair().getPublic().getEncoded();
    offCurve[offCurve.length - 1] ^= 1;

    assertRefused(pem(generator.generateKeyPair().getPublic()));
    assertRefused(pem(KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic()));
    assertRefused(pem(offCurve));
    assertRefused(pem(new byte[0]));
    assertRefused(pem(new byte[200]));
    assertRefused("");
    assertRefused("-----BEGIN PUBLIC KEY-----\n=%=\n-----END PUBLIC KEY-----\n");
    assertRefused("x".repeat(20_000) + pem(P256.newPair().getPublic()));
  }

  @Test
  void a_private_key_is_refused_without_a_word_of_it() throws Exception {
    String pem = PrivateKeyPem.of(P256.newPair().getPrivate());

    assertThatThrownBy(() -> PublicKeyFile.read(file(pem)))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("private key")
        .message()
        .doesNotContain(pem.lines().toList().get(1));
  }

  private void assertRefused(String text) throws Exception {
    Path file = file(text);
    assertThatThrownBy(() -> PublicKeyFile.read(file))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("--public-key")
        .hasMessageContaining("P-256 in PEM");
  }

  private Path file(String text) throws Exception {
    return Files.writeString(directory.resolve("key.pem"), text);
  }

  private static String pem(PublicKey key) {
    return pem(key.getEncoded());
  }

  private static String pem(byte[] der) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END PUBLIC KEY-----\n";
  }
}
