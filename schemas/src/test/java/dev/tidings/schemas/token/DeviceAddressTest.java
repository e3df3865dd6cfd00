package dev.tidings.schemas.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.Token;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Shows G142 of docs/guarantees.md. */
class DeviceAddressTest {
  private static final AppId APP = new AppId("com.example.news");

  @Test
  void it_is_what_the_documents_tell_other_producers() throws Exception {
    byte[] text = "the address of a device and app\0phone-\u00e9\0com.example.news".getBytes(UTF_8);

    assertThat(DeviceAddress.of(new DeviceId("phone-\u00e9"), APP).hex())
        .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text)));
  }

  @Test
  void each_device_and_app_has_one_of_its_own() {
    Token address = DeviceAddress.of(new DeviceId("phone"), APP);

    assertThat(DeviceAddress.of(new DeviceId("phone"), APP)).isEqualTo(address);
    assertThat(DeviceAddress.of(new DeviceId("phon"), APP)).isNotEqualTo(address);
    assertThat(DeviceAddress.of(new DeviceId("phone"), new AppId("com.example.new")))
        .isNotEqualTo(address);
  }

  @Test
  void no_check_takes_it_for_a_token() {
    TokenCheck check = new TokenCheck(TokenKeys.parse("1:" + "0f".repeat(16)));
    for (int i = 0; i < 1_000; i++) {
      assertThat(check.check(DeviceAddress.of(new DeviceId("phone-" + i), APP), APP))
          .isEqualTo(TokenCheck.Result.FORGED);
    }
  }
}
