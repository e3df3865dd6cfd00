package dev.tidings.auth.jose;

import static dev.tidings.auth.jose.Signer.base64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CompactJwsTest {
  private static final String HEADER = "{\"alg\":\"ES256\",\"kid\":\"a\"}";
  private static final String CLAIMS = base64("{}");
  private static final String PROOF = base64(new byte[64]);

  private static CompactJws read(String token) throws JoseException {
    return CompactJws.read(token.getBytes(StandardCharsets.UTF_8));
  }

  private static String token(String header) {
    return base64(header) + "." + CLAIMS + "." + PROOF;
  }

  @Test
  void a_token_is_taken_apart() throws Exception {
    CompactJws jws = read(token(HEADER));

    assertThat(jws.algorithm()).isEqualTo("ES256");
    assertThat(jws.keyId()).isEqualTo(Optional.of("a"));
    assertThat(jws.payload()).asString().isEqualTo("{}");
    assertThat(jws.signature()).hasSize(64);
    assertThat(jws.signed()).asString().isEqualTo(base64(HEADER) + "." + CLAIMS);
    assertThat(jws.toString()).doesNotContain(CLAIMS);
  }

  @Test
  void references_to_keys_are_not_followed() throws Exception {
    String header =
        "{\"alg\":\"ES256\",\"jku\":\"https://evil.example\",\"jwk\":{\"kty\":\"oct\"}}";

    assertThat(read(token(header)).keyId()).isEmpty();
  }

  static Stream<String> a_malformed_token_is_refused() {
    String good = token(HEADER);
    String header = base64(HEADER);
    return Stream.of(
        "",
        ".",
        "..",
        "...",
        "no token",
        header,
        header + "." + CLAIMS,
        header + "." + CLAIMS + ".",
        header + ".." + PROOF,
        "." + CLAIMS + "." + PROOF,
        good + ".",
        good + "." + PROOF,
        "." + good,
        // Base64 that has other spellings.
        good + "=",
        good + "==",
        " " + good,
        good + " ",
        good + "\n",
        header + "\r\n." + CLAIMS + "." + PROOF,
        header + "=." + CLAIMS + "." + PROOF,
        good.replace(PROOF, PROOF.substring(1) + "+"),
        good.replace(PROOF, PROOF.substring(1) + "/"),
        good.replace(PROOF, PROOF.substring(0, PROOF.length() - 1) + "B"),
        good.replace(PROOF, PROOF + "AAA"),
        // Beyond ASCII.
        good + "é",
        "\u0000" + good,
        good.replace(".", "．"),
        // Headers.
        token(""),
        token("null"),
        token("[]"),
        token("{"),
        token("{}"),
        token("{}{}"),
        token("{\"alg\":\"ES256\"} x"),
        token("{\"alg\":null}"),
        token("{\"alg\":256}"),
        token("{\"alg\":[\"ES256\"]}"),
        token("{\"alg\":\"ES256\",\"alg\":\"ES256\"}"),
        token("{\"alg\":\"ES256\",\"a\":{\"b\":1,\"b\":1}}"),
        token("{\"alg\":\"ES256\",\"kid\":1}"),
        token("{\"alg\":\"ES256\",\"kid\":null}"),
        token("{\"alg\":\"ES256\",\"crit\":[\"exp\"]}"),
        token("{\"alg\":\"ES256\",\"crit\":[]}"),
        token("{'alg':'ES256'}"),
        token("{\"alg\":\"ES256\",}"),
        token("\uFEFF{\"alg\":\"ES256\"}"),
        token("{\"alg\":\"ES256\",\"a\":" + "[".repeat(17) + "]".repeat(17) + "}"),
        token("{\"alg\":\"ES256\",\"a\":" + "1".repeat(65) + "}"),
        // Not UTF-8, and UTF-16.
        base64(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}) + "." + CLAIMS + "." + PROOF,
        base64("{\"alg\":\"ES256\"}".getBytes(StandardCharsets.UTF_16BE))
            + "."
            + CLAIMS
            + "."
            + PROOF,
        "A".repeat(CompactJws.MAX_BYTES + 1));
  }

  @ParameterizedTest
  @MethodSource
  void a_malformed_token_is_refused(String token) {
    assertThatExceptionOfType(JoseException.class)
        .isThrownBy(() -> read(token))
        .withMessageContaining("(expected: ");
  }

  @Test
  void a_refusal_repeats_nothing_of_the_token() {
    assertThatExceptionOfType(JoseException.class)
        .isThrownBy(() -> read(token("{\"alg\":\"ES256\",\"topsecret\"")))
        .satisfies(e -> assertThat(e.text()).doesNotContain("topsecret"))
        .withNoCause();
  }
}
