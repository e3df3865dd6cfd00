package dev.tidings.auth.device.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tidings.auth.device.jwt.keys.KeySetFile;
import dev.tidings.auth.device.jwt.keys.KeySetUrl;
import java.net.http.HttpClient;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IssuerSettingTest {
  @Test
  void an_issuer_has_a_url_or_a_file() {
    try (HttpClient client = KeySetUrl.client()) {
      IssuerSetting url =
          IssuerSetting.read("https://id.example.com=https://id.example.com/jwks?a=b", Set.of());
      IssuerSetting file = IssuerSetting.read("acme = /etc/tidings/acme.jwks", Set.of());

      assertThat(url.name()).isEqualTo("https://id.example.com");
      assertThat(url.source(Set.of(), client))
          .isInstanceOf(KeySetUrl.class)
          .hasToString("https://id.example.com/jwks?a=b");
      assertThat(file.name()).isEqualTo("acme");
      assertThat(file.source(Set.of(), client))
          .isInstanceOf(KeySetFile.class)
          .hasToString("/etc/tidings/acme.jwks");
    }
  }

  @Test
  void a_trusted_host_may_be_asked_by_http() {
    String text = "acme=http://idp.internal/jwks";

    assertThat(IssuerSetting.read(text, Set.of("IDP.internal")).keys())
        .isEqualTo("http://idp.internal/jwks");
    assertThatIllegalArgumentException().isThrownBy(() -> IssuerSetting.read(text, Set.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "acme",
        "=",
        "acme=",
        " = ",
        "=/etc/acme.jwks",
        "acme=http://id.example.com/jwks",
        "acme=https://user:secret@id.example.com/jwks",
        "acme=https://id.example.com/a b",
        "acme=ftp://id.example.com/jwks"
      })
  void other_texts_are_refused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> IssuerSetting.read(text, Set.of()));
  }
}
