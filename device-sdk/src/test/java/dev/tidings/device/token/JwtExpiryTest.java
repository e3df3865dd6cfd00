package dev.tidings.device.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JwtExpiryTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"exp\":1780315200}",
        "{\"exp\":1780315200.5}",
        "{\"sub\":\"a\",\"cnf\":{\"exp\":1},\"apps\":[\"exp\"],\"exp\":1780315200}"
      })
  void it_is_read_in_whole_seconds(String claims) {
    assertThat(JwtExpiry.of(jwt(claims))).contains(Instant.ofEpochSecond(1_780_315_200));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"exp\":\"soon\"}",
        "{\"exp\":null}",
        "{\"exp\":9223372036854775807}",
        "[]",
        "{",
        ""
      })
  void a_token_without_one_that_can_be_read_has_none(String claims) {
    assertThat(JwtExpiry.of(jwt(claims))).isEmpty();
  }

  @Test
  void what_is_no_jwt_has_none() {
    assertThat(JwtExpiry.of("secret")).isEmpty();
    assertThat(JwtExpiry.of("a.b")).isEmpty();
    assertThat(JwtExpiry.of("a.*.c")).isEmpty();
    assertThat(JwtExpiry.of(jwt("{\"exp\":1}") + ".d")).isEmpty();
  }

  private static String jwt(String claims) {
    return "h."
        + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(UTF_8))
        + ".s";
  }
}
