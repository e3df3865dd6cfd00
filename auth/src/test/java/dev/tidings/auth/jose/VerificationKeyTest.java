package dev.tidings.auth.jose;

import static dev.tidings.auth.jose.Signer.base64;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VerificationKeyTest {
  private static final String CLAIMS = "{\"sub\":\"phone-1\"}";

  private static VerificationKey key(Signer signer) throws JoseException {
    return KeySet.read(Signer.keySet(signer)).keys().getFirst();
  }

  private static CompactJws jws(String token) throws JoseException {
    return CompactJws.read(token.getBytes(StandardCharsets.US_ASCII));
  }

  @ParameterizedTest
  @EnumSource
  void a_token_is_verified_with_the_key_that_signed_it_and_with_no_other(JwsAlgorithm algorithm)
      throws Exception {
    Signer signer = Signer.of("a", algorithm);
    CompactJws jws = jws(signer.token(CLAIMS));

    assertThat(key(signer).verifies(jws)).isTrue();
    assertThat(key(Signer.of("a", algorithm)).verifies(jws)).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void no_character_of_a_token_can_be_changed(JwsAlgorithm algorithm) throws Exception {
    Signer signer = Signer.of("a", algorithm);
    VerificationKey key = key(signer);
    String token = signer.token(CLAIMS);

    for (int i = 0; i < token.length(); i++) {
      for (char other : new char[] {'A', 'Q', '_', '.'}) {
        if (token.charAt(i) == other) {
          continue;
        }
        String changed = token.substring(0, i) + other + token.substring(i + 1);
        assertThat(isAccepted(key, changed)).as("character %d", i).isFalse();
      }
    }
  }

  private static boolean isAccepted(VerificationKey key, String token) {
    try {
      return key.verifies(jws(token));
    } catch (JoseException e) {
      return false;
    }
  }

  @ParameterizedTest
  @EnumSource
  void the_algorithm_is_the_keys_whatever_the_token_says(JwsAlgorithm algorithm) throws Exception {
    Signer signer = Signer.of("a", algorithm);
    VerificationKey key = key(signer);

    for (String other :
        new String[] {
          "none", "None", "", "HS256", "es256", "ES256K", "ES384", "RS512", "PS256", "Ed448",
          "ed25519"
        }) {
      String token = signer.token("{\"alg\":\"" + other + "\",\"kid\":\"a\"}", CLAIMS);
      assertThat(key.verifies(jws(token))).as(other).isFalse();
    }
    // A name that EdDSA with this curve has as well (RFC 9864).
    String edwards = signer.token("{\"alg\":\"Ed25519\",\"kid\":\"a\"}", CLAIMS);
    assertThat(key.verifies(jws(edwards))).isEqualTo(algorithm == JwsAlgorithm.ED25519);
  }

  @ParameterizedTest
  @EnumSource
  void a_public_key_is_no_hmac_secret(JwsAlgorithm algorithm) throws Exception {
    Signer signer = Signer.of("a", algorithm);
    PublicKey publicKey = signer.pair().getPublic();
    String signed = base64("{\"alg\":\"HS256\",\"kid\":\"a\"}") + "." + base64(CLAIMS);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(publicKey.getEncoded(), "HmacSHA256"));
    String token = signed + "." + base64(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));

    assertThat(key(signer).verifies(jws(token))).isFalse();
  }

  @Test
  void an_es256_signature_has_one_spelling() throws Exception {
    Signer signer = Signer.of("a", JwsAlgorithm.ES256);
    VerificationKey key = key(signer);
    CompactJws jws = jws(signer.token(CLAIMS));
    byte[] proof = jws.signature();

    // Longer halves with leading zeros, DER, and none at all.
    byte[] longer = new byte[66];
    System.arraycopy(proof, 0, longer, 1, 32);
    System.arraycopy(proof, 32, longer, 34, 32);
    Signature der = Signature.getInstance("SHA256withECDSA");
    der.initSign(signer.pair().getPrivate());
    der.update(jws.signed());

    for (byte[] other :
        new byte[][] {
          longer, der.sign(), new byte[64], Arrays.copyOf(proof, 63), Arrays.copyOf(proof, 65)
        }) {
      assertThat(key.verifies(with(jws, other))).isFalse();
    }
  }

  private static CompactJws with(CompactJws jws, byte[] signature) {
    return new CompactJws(jws.algorithm(), jws.keyId(), jws.payload(), jws.signed(), signature);
  }

  /** RFC 7515, appendix A.3, and RFC 8037, appendix A.4. */
  @Test
  void the_examples_of_the_standards_are_verified() throws Exception {
    VerificationKey es256 =
        KeySet.read(
                Signer.keySet(
                    "{\"kty\":\"EC\",\"crv\":\"P-256\","
                        + "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
                        + "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}"))
            .find(Optional.empty())
            .orElseThrow();
    assertThat(
            es256.verifies(
                jws(
                    "eyJhbGciOiJFUzI1NiJ9"
                        + ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
                        + "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
                        + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSA"
                        + "pmWQxfKTUJqPP3-Kg6NU1Q")))
        .isTrue();

    VerificationKey ed25519 =
        KeySet.read(
                Signer.keySet(
                    "{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
                        + "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}"))
            .find(Optional.empty())
            .orElseThrow();
    CompactJws example =
        jws(
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
                + ".hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7"
                + "sVvpAr_MuM0KAg");
    assertThat(ed25519.verifies(example)).isTrue();
    assertThat(new String(example.payload(), StandardCharsets.US_ASCII))
        .isEqualTo("Example of Ed25519 signing");
    assertThat(Base64.getUrlDecoder().decode("RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"))
        .isEqualTo(example.payload());
  }
}
