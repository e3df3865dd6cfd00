package dev.tidings.schemas.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.schemas.token.TokenCheck.Result;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.Token;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenTest {
  private static final String OLD = "1:000102030405060708090a0b0c0d0e0f";
  private static final String NEW = "200:f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";
  private static final DeviceId DEVICE = new DeviceId("phone-1");
  private static final AppId APP = new AppId("com.example.news");
  private static final AppId OTHER = new AppId("com.example.mail");

  private final TokenMint mint = new TokenMint(TokenKeys.parse(OLD));
  private final TokenCheck check = new TokenCheck(TokenKeys.parse(OLD));

  @Test
  void the_same_device_and_app_always_get_the_same_token() {
    Token token = mint.mint(DEVICE, APP, 0);

    assertThat(new TokenMint(TokenKeys.parse(OLD)).mint(DEVICE, APP, 0)).isEqualTo(token);
    assertThat(check.check(token, APP)).isEqualTo(Result.GENUINE);
  }

  @Test
  void another_device_app_or_generation_gets_another() {
    Token token = mint.mint(DEVICE, APP, 0);

    assertThat(mint.mint(new DeviceId("phone-2"), APP, 0)).isNotEqualTo(token);
    assertThat(mint.mint(DEVICE, OTHER, 0)).isNotEqualTo(token);
    assertThat(mint.mint(DEVICE, APP, 1)).isNotEqualTo(token);
  }

  @Test
  void a_token_of_another_app_is_recognised_as_such() {
    assertThat(check.check(mint.mint(DEVICE, OTHER, 0), APP)).isEqualTo(Result.OTHER_APP);
  }

  @Test
  void every_bit_counts() {
    byte[] genuine = mint.mint(DEVICE, APP, 0).bytes();

    for (int bit = 0; bit < 8 * Token.BYTES; bit++) {
      byte[] forged = genuine.clone();
      forged[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(check.check(Token.of(forged), APP)).as("bit %d", bit).isEqualTo(Result.FORGED);
    }
  }

  @Test
  void a_token_under_another_secret_is_forged_though_the_key_id_is_ours() {
    TokenMint stranger = new TokenMint(TokenKeys.parse("1:ffffffffffffffffffffffffffffffff"));

    assertThat(check.check(stranger.mint(DEVICE, APP, 0), APP)).isEqualTo(Result.FORGED);
  }

  @Test
  void after_a_rotation_new_tokens_are_made_under_the_new_key_and_old_ones_stay_genuine() {
    TokenKeys rotated = TokenKeys.parse(NEW + ", " + OLD);
    Token old = mint.mint(DEVICE, APP, 0);
    Token fresh = new TokenMint(rotated).mint(DEVICE, APP, 0);

    assertThat(fresh).isNotEqualTo(old);
    assertThat(fresh.bytes()[0] & 0xff).isEqualTo(200);
    assertThat(new TokenCheck(rotated).check(old, APP)).isEqualTo(Result.GENUINE);
    assertThat(new TokenCheck(rotated).check(fresh, APP)).isEqualTo(Result.GENUINE);
    assertThat(new TokenCheck(TokenKeys.parse(NEW)).check(old, APP)).isEqualTo(Result.FORGED);
  }

  @Test
  void a_generated_key_can_be_read() {
    assertThat(TokenKeys.parse(TokenKeys.generate(7, new SecureRandom())).active().id())
        .isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "1:",
        "1:00ff",
        "256:000102030405060708090a0b0c0d0e0f",
        "-1:000102030405060708090a0b0c0d0e0f",
        "x:000102030405060708090a0b0c0d0e0f",
        "1:000102030405060708090a0b0c0d0e0",
        "1:zz0102030405060708090a0b0c0d0e0f",
        OLD + "," + OLD,
        OLD + ","
      })
  void what_is_no_list_of_keys_is_refused_without_showing_it(String keys) {
    assertThatThrownBy(() -> TokenKeys.parse(keys))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("(secret)")
        .hasMessageNotContaining("0102");
  }
}
