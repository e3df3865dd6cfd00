package dev.tidings.auth.jose;

import static dev.tidings.auth.jose.Signer.base64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeySetTest {
  private static final Signer GOOD = Signer.of("good", JwsAlgorithm.ED25519);
  private static final Signer EC = Signer.of("ec", JwsAlgorithm.ES256);

  @Test
  void keys_of_all_three_kinds_are_read_and_found_by_their_id() throws Exception {
    KeySet keys = KeySet.read(Signer.keySet(GOOD, EC, Signer.of("rsa", JwsAlgorithm.RS256)));

    assertThat(keys.keys())
        .extracting(VerificationKey::algorithm)
        .containsExactly(JwsAlgorithm.ED25519, JwsAlgorithm.ES256, JwsAlgorithm.RS256);
    assertThat(keys.keys().get(1).key()).isEqualTo(EC.pair().getPublic());
    assertThat(keys.find(Optional.of("ec"))).contains(keys.keys().get(1));
    assertThat(keys.find(Optional.of("other"))).isEmpty();
    assertThat(keys.skipped()).isEmpty();
  }

  @Test
  void a_token_without_kid_gets_the_key_only_if_there_is_one() throws Exception {
    assertThat(KeySet.read(Signer.keySet(GOOD)).find(Optional.empty())).isPresent();
    assertThat(KeySet.read(Signer.keySet(GOOD, EC)).find(Optional.empty())).isEmpty();
    assertThat(KeySet.EMPTY.find(Optional.empty())).isEmpty();
  }

  static Stream<String> keys_that_are_not_for_us_are_left_out() {
    String ec = EC.jwkWithoutId();
    String rsa = Signer.of("rsa", JwsAlgorithm.RS256).jwkWithoutId();
    String okp = Signer.of("okp", JwsAlgorithm.ED25519).jwkWithoutId();
    byte[] evenNumber = odd(256);
    evenNumber[255] = 0;
    String even = base64(evenNumber);
    byte[] offCurve = new byte[32];
    offCurve[31] = 5;
    byte[] beyond = new byte[32];
    Arrays.fill(beyond, (byte) 0xff);
    return Stream.of(
        "{}",
        "{\"kty\":1}",
        "{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}",
        "{\"kty\":\"unknown\"}",
        "{" + ec + ",\"d\":\"AAAA\"}",
        "{" + ec + ",\"use\":\"enc\"}",
        "{" + ec + ",\"key_ops\":[\"sign\"]}",
        "{" + ec + ",\"key_ops\":\"verify\"}",
        "{" + ec + ",\"alg\":\"ES384\"}",
        "{" + ec + ",\"kid\":7}",
        "{" + rsa + ",\"alg\":\"PS256\"}",
        "{" + rsa + ",\"alg\":\"HS256\"}",
        "{" + okp.replace("Ed25519", "Ed448") + "}",
        "{" + okp.replace("Ed25519", "X25519") + "}",
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + base64(new byte[31]) + "\"}",
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\"}",
        "{" + ec.replace("P-256", "P-384") + "}",
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AQ\",\"y\":\"AQ\"}",
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"%s\"}"
            .formatted(base64(offCurve), base64(offCurve)),
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"%s\"}"
            .formatted(base64(new byte[32]), base64(new byte[32])),
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"%s\"}"
            .formatted(base64(beyond), base64(beyond)),
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"not base64!\",\"y\":\"AQ\"}",
        "{\"kty\":\"RSA\",\"n\":\"" + base64(odd(128)) + "\",\"e\":\"AQAB\"}",
        "{\"kty\":\"RSA\",\"n\":\"" + base64(odd(1025)) + "\",\"e\":\"AQAB\"}",
        "{\"kty\":\"RSA\",\"n\":\"" + even + "\",\"e\":\"AQAB\"}",
        "{" + rsa.replace("AQAB", "AQ") + "}",
        "{" + rsa.replace("AQAB", "BA") + "}",
        "{" + rsa.replace("AQAB", "AAAAAA") + "}",
        "{" + rsa.replace("AQAB", "_____w8") + "}");
  }

  private static byte[] odd(int bytes) {
    byte[] number = new byte[bytes];
    number[0] = (byte) 0xff;
    number[bytes - 1] = 1;
    return number;
  }

  @ParameterizedTest
  @MethodSource
  void keys_that_are_not_for_us_are_left_out(String jwk) throws Exception {
    KeySet keys = KeySet.read(Signer.keySet(jwk, GOOD.jwk()));

    assertThat(keys.keys()).hasSize(1);
    assertThat(keys.find(Optional.of("good"))).isPresent();
    assertThat(keys.skipped()).hasSize(1);
    assertThatExceptionOfType(JoseException.class)
        .isThrownBy(() -> KeySet.read(Signer.keySet(jwk)))
        .withMessageContaining("keys[0]: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"keys\":null}",
        "{\"keys\":{}}",
        "{\"keys\":[]}",
        "{\"keys\":[1]}",
        "{\"keys\":[[]]}",
        "{\"keys\":[],\"keys\":[]}",
        "<html>"
      })
  void what_is_no_key_set_is_refused(String json) {
    assertThatExceptionOfType(JoseException.class)
        .isThrownBy(() -> KeySet.read(json.getBytes(StandardCharsets.UTF_8)))
        .withMessageStartingWith("key set: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"EdDSA", "Ed25519"})
  void a_key_on_ed25519_is_read_by_either_name_of_its_algorithm(String name) throws Exception {
    String jwk = "{\"kid\":\"good\",\"alg\":\"" + name + "\"," + GOOD.jwkWithoutId() + "}";
    KeySet keys = KeySet.read(Signer.keySet(jwk));

    VerificationKey key = keys.find(Optional.of("good")).orElseThrow();
    for (String alg : List.of("EdDSA", "Ed25519")) {
      String token = GOOD.token("{\"alg\":\"" + alg + "\",\"kid\":\"good\"}", "{}");
      assertThat(key.verifies(CompactJws.read(token.getBytes(StandardCharsets.US_ASCII)))).isTrue();
    }
    // An issuer may publish it once for each.
    assertThat(KeySet.read(Signer.keySet(jwk, GOOD.jwk())).keys()).containsExactly(key);
    assertThatExceptionOfType(JoseException.class)
        .isThrownBy(
            () -> KeySet.read(Signer.keySet("{\"alg\":\"Ed25519\"," + EC.jwkWithoutId() + "}")));
  }

  @Test
  void an_id_stands_for_one_key() {
    String other = Signer.of("good", JwsAlgorithm.ES256).jwk();

    assertThatExceptionOfType(JoseException.class)
        .isThrownBy(() -> KeySet.read(Signer.keySet(GOOD.jwk(), other)))
        .withMessageContaining("two keys with one kid");
  }

  @Test
  void there_are_a_hundred_keys_at_most() {
    String keys = IntStream.range(0, 101).mapToObj(_ -> "{}").collect(Collectors.joining(","));

    assertThatExceptionOfType(JoseException.class)
        .isThrownBy(() -> KeySet.read(Signer.keySet(keys)))
        .withMessage("key set: 101 keys (expected: at most 100)");
  }

  @ParameterizedTest
  @EnumSource
  void a_set_of_one_public_key_has_the_key_that_was_given(JwsAlgorithm algorithm)
      throws JoseException {
    PublicKey key = Signer.of("a", algorithm).pair().getPublic();

    KeySet set = KeySet.ofPublicKey(key.getEncoded());

    assertThat(set.keys()).containsExactly(new VerificationKey(Optional.empty(), algorithm, key));
    assertThat(KeySet.read(set.json().getBytes(StandardCharsets.UTF_8))).isEqualTo(set);
  }

  @Test
  void of_a_set_only_what_is_public_is_written_again() throws JoseException {
    String point =
        "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"";
    KeySet set =
        KeySet.read(
            ("{\"keys\":[{"
                    + point
                    + ",\"kid\":\"a\\\"b\",\"note\":\"hidden\",\"p\":\"hidden\"},"
                    + "{\"kty\":\"oct\",\"kid\":\"c\",\"k\":\"hidden\"}],\"more\":\"hidden\"}")
                .getBytes(StandardCharsets.UTF_8));

    assertThat(set.json())
        .isEqualTo("{\"keys\":[{\"kid\":\"a\\\"b\",\"alg\":\"EdDSA\"," + point + "}]}");
    assertThat(set.hasSecrets()).isTrue();
    assertThat(KeySet.read(set.json().getBytes(StandardCharsets.UTF_8)).hasSecrets()).isFalse();
  }

  @Test
  void a_public_key_for_something_else_is_refused() throws Exception {
    for (String type : List.of("X25519", "DSA")) {
      byte[] encoded =
          KeyPairGenerator.getInstance(type).generateKeyPair().getPublic().getEncoded();
      assertThatExceptionOfType(JoseException.class).isThrownBy(() -> KeySet.ofPublicKey(encoded));
    }
    KeyPairGenerator curve = KeyPairGenerator.getInstance("EC");
    curve.initialize(new ECGenParameterSpec("secp384r1"));
    byte[] other = curve.generateKeyPair().getPublic().getEncoded();
    assertThatExceptionOfType(JoseException.class).isThrownBy(() -> KeySet.ofPublicKey(other));
    KeyPairGenerator small = KeyPairGenerator.getInstance("RSA");
    small.initialize(1024);
    byte[] weak = small.generateKeyPair().getPublic().getEncoded();
    assertThatExceptionOfType(JoseException.class).isThrownBy(() -> KeySet.ofPublicKey(weak));
    assertThatExceptionOfType(JoseException.class)
        .isThrownBy(() -> KeySet.ofPublicKey(new byte[0]));
  }
}
