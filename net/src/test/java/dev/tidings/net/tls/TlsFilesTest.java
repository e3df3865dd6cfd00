package dev.tidings.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.config.Settings;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows G92 of docs/guarantees.md. */
class TlsFilesTest {
  private static final TlsSettings TLS = TlsSettings.of("mqtt.tls");

  @TempDir Path directory;
  private final Map<String, String> settings = new HashMap<>();

  @BeforeEach
  void write() throws Exception {
    X509Bundle made = Certificates.authority("operator");
    set("certificate", made.getCertificatePathPEM());
    set("key", made.getPrivateKeyPEM());
  }

  private void set(String name, String text) throws Exception {
    settings.put("mqtt.tls." + name, Files.writeString(directory.resolve(name), text).toString());
  }

  private TlsFiles files() {
    return read().orElseThrow();
  }

  private Optional<TlsFiles> read() {
    return TlsFiles.of(
        "mqtts",
        Config.of(
            Settings.of(TLS.certificate(), TLS.key(), TLS.clientCa(), TLS.clientAuth()), settings),
        TLS);
  }

  private void isRefused(String message) {
    assertThatThrownBy(this::files)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @EnumSource(names = {"ecp256", "rsa2048", "ed25519"})
  void files_are_read_whatever_kind_of_key_they_have(Algorithm algorithm) throws Exception {
    X509Bundle made =
        new CertificateBuilder()
            .algorithm(algorithm)
            .subject("CN=operator")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    set("certificate", made.getCertificatePathPEM());
    set("key", made.getPrivateKeyPEM());

    TlsFiles files = files();

    ServerIdentity read = files.identity(files.contents());
    assertThat(read.chain()).containsExactly(made.getCertificatePath());
    assertThat(read.key()).isEqualTo(made.getKeyPair().getPrivate());
    assertThat(files.clients(files.contents())).isEqualTo(ClientTrust.NONE);
  }

  @Test
  void without_any_file_there_is_no_tls() {
    settings.remove("mqtt.tls.certificate");
    settings.remove("mqtt.tls.key");

    assertThat(read()).isEmpty();
  }

  @Test
  void one_file_may_have_both() throws Exception {
    X509Bundle made = Certificates.authority("operator");
    set("certificate", made.getPrivateKeyPEM() + made.getCertificatePathPEM());
    settings.put("mqtt.tls.key", settings.get("mqtt.tls.certificate"));

    TlsFiles files = files();

    assertThat(files.identity(files.contents()).chain()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"certificate", "key"})
  void a_file_that_is_not_named_is_and_how_to_get_one(String name) {
    settings.remove("mqtt.tls." + name);

    isRefused("mqtt.tls." + name + ":");
    isRefused(
        "(expected: PEM files in mqtt.tls.certificate and mqtt.tls.key; for development ./tidings"
            + " certs makes both)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"certificate", "key"})
  void a_file_that_is_no_pem_or_not_there_is_named(String name) throws Exception {
    set(name, "nothing");
    isRefused("mqtt.tls." + name + ": " + settings.get("mqtt.tls." + name));

    Files.delete(directory.resolve(name));
    isRefused("mqtt.tls." + name + ": " + settings.get("mqtt.tls." + name));
  }

  @Test
  void the_key_of_another_certificate_is_refused() throws Exception {
    set("key", Certificates.authority("other").getPrivateKeyPEM());

    isRefused("is not the key of the first certificate in");
  }

  @Test
  void clients_that_are_asked_need_an_authority_and_an_authority_clients_that_are_asked()
      throws Exception {
    settings.put("mqtt.tls.client.auth", "need");
    isRefused("mqtt.tls.client.ca: \"\" (expected: a PEM file, for mqtt.tls.client.auth is need)");

    set("client.ca", "nothing");
    isRefused("mqtt.tls.client.ca: " + settings.get("mqtt.tls.client.ca"));

    X509Bundle authority = Certificates.authority("clients");
    set("client.ca", authority.getCertificatePEM());
    TlsFiles files = files();
    assertThat(files.clients(files.contents()).authorities())
        .containsExactly(authority.getCertificate());

    settings.remove("mqtt.tls.client.auth");
    isRefused("mqtt.tls.client.auth: none (expected: want or need, for mqtt.tls.client.ca is set)");
  }
}
