package dev.tidings.node.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidings.auth.device.jwt.IssuerSetting;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceAuthenticationTest {
  private static DeviceAuthentication of(Map<String, String> settings) {
    return DeviceAuthentication.of(Config.of(NodeSettings.ALL, settings));
  }

  private static void assertRefused(Map<String, String> settings, String... message) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> of(settings))
        .satisfies(e -> assertThat(e.getMessage()).contains(message));
  }

  @Test
  void by_default_devices_prove_nothing() {
    assertThat(of(Map.of()).jwt()).isEmpty();
  }

  @Test
  void tokens_have_issuers() {
    var jwt =
        of(Map.of(
                "auth.devices", "jwt",
                "auth.devices.issuers",
                    "https://id.example.com=https://id.example.com/jwks.json,"
                        + "acme=http://idp.internal/jwks, dev=/etc/tidings/dev.jwks",
                "auth.devices.audience", "tidings",
                "auth.devices.trusted.hosts", "idp.internal"))
            .jwt()
            .orElseThrow();

    assertThat(jwt.issuers())
        .containsExactly(
            new IssuerSetting("https://id.example.com", "https://id.example.com/jwks.json"),
            new IssuerSetting("acme", "http://idp.internal/jwks"),
            new IssuerSetting("dev", "/etc/tidings/dev.jwks"));
    assertThat(jwt.audience()).isEqualTo(Optional.of("tidings"));
    assertThat(jwt.trustedHosts()).isEqualTo(Set.of("idp.internal"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"JWT", "token", "tls", "Open"})
  void another_mode_is_refused(String mode) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> of(Map.of("auth.devices", mode)))
        .withMessage("auth.devices: " + mode + " (expected: one of: open, jwt, mtls)");
  }

  @Test
  void administrators_may_enter_all_issuers() {
    assertThat(of(Map.of("auth.devices", "jwt")).jwt().orElseThrow().issuers()).isEmpty();
  }

  @Test
  void issuers_without_tokens_are_refused() {
    assertRefused(
        Map.of("auth.devices.issuers", "dev=/etc/tidings/dev.jwks"),
        "auth.devices: open (expected: jwt, since auth.devices.issuers is set)");
    assertRefused(
        Map.of("auth.devices", "mtls", "auth.devices.issuers", "dev=/etc/tidings/dev.jwks"),
        "auth.devices: mtls (expected: jwt, since auth.devices.issuers is set)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dev",
        "dev=",
        "=/etc/dev.jwks",
        "dev=http://id.example.com/jwks",
        "dev=/a,dev=/b"
      })
  void wrong_issuers_are_refused_by_name(String issuers) {
    assertRefused(
        Map.of("auth.devices", "jwt", "auth.devices.issuers", issuers),
        "auth.devices.issuers: ",
        "(expected: ");
  }

  @Test
  void a_password_in_a_url_is_refused_and_not_shown() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() ->
            of(
                Map.of(
                    "auth.devices",
                    "jwt",
                    "auth.devices.issuers",
                    "dev=https://user:secret@id.example.com/jwks")))
        .satisfies(e ->
            assertThat(e.getMessage())
                .contains("without user information")
                .doesNotContain("secret"));
  }
}
