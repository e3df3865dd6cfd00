package dev.tidings.node.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidings.net.tls.PeerMode;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which settings of TLS go together. */
final class NodeTlsTest {
  @TempDir Path directory;
  private final Map<String, String> settings = new HashMap<>();

  @BeforeEach
  void make() throws Exception {
    X509Bundle nodes = authority("nodes");
    X509Bundle node = new CertificateBuilder().ecp256().subject("CN=node").buildIssuedBy(nodes);
    write("node.pem", node.getCertificatePathPEM());
    write("node.key", node.getPrivateKeyPEM());
    write("nodes.ca", nodes.getCertificatePEM());
    write("devices.ca", authority("devices").getCertificatePEM());
  }

  private static X509Bundle authority(String name) throws Exception {
    return new CertificateBuilder()
        .ecp256()
        .subject("CN=" + name)
        .setIsCertificateAuthority(true)
        .buildSelfSigned();
  }

  private void write(String name, String text) throws Exception {
    Files.writeString(directory.resolve(name), text);
  }

  private void set(String name, String value) {
    settings.put(name, value);
  }

  private void setFile(String name, String file) {
    set(name, directory.resolve(file).toString());
  }

  private void setInternal() {
    setFile("internal.tls.certificate", "node.pem");
    setFile("internal.tls.key", "node.key");
    setFile("internal.tls.ca", "nodes.ca");
  }

  private void setDevices(String authorities) {
    setFile("mqtt.tls.certificate", "node.pem");
    setFile("mqtt.tls.key", "node.key");
    setFile("mqtt.tls.client.ca", authorities);
    set("mqtt.tls.client.auth", "want");
  }

  private NodeTls read() {
    return NodeTls.of(Config.of(NodeSettings.ALL, settings));
  }

  private void assertRefused(String... message) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(this::read)
        .satisfies(e -> assertThat(e.getMessage()).contains(message));
  }

  @Test
  void without_files_nodes_speak_no_tls_and_with_them_nothing_else() {
    assertThat(read().nodes()).isEmpty();

    setInternal();
    assertThat(read().nodes()).isPresent();
    assertThat(read().mode()).isEqualTo(PeerMode.REQUIRE);
  }

  @Test
  void a_certificate_between_nodes_needs_its_key_and_an_authority() {
    setFile("internal.tls.certificate", "node.pem");
    setFile("internal.tls.key", "node.key");

    assertRefused("internal.tls.ca: ", "(expected: PEM files in internal.tls.certificate");
  }

  @Test
  void a_key_that_is_none_is_refused_by_the_name_of_its_setting() {
    setInternal();
    setFile("internal.tls.key", "node.pem");

    assertRefused("internal.tls.key: ", "the key of internal.tls.certificate");
  }

  @Test
  void an_authority_that_is_none_is_refused_by_the_name_of_its_setting() {
    setInternal();
    setFile("internal.tls.ca", "node.key");

    assertRefused("internal.tls.ca: ", "a PEM file with certificates of authorities");
  }

  @Test
  void devices_with_certificates_need_an_authority_and_nodes_that_prove_themselves() {
    set("auth.devices", "mtls");
    assertRefused("mqtt.tls.client.ca: ", "since auth.devices is mtls");

    setDevices("devices.ca");
    assertRefused("internal.tls.certificate: ", "since auth.devices is mtls");

    setInternal();
    set("internal.tls.mode", "accept");
    assertRefused("internal.tls.mode: accept (expected: prefer or require");

    set("internal.tls.mode", "prefer");
    assertThat(read().devices()).isPresent();
  }

  @Test
  void an_authority_of_devices_that_is_one_of_nodes_too_needs_their_names() {
    setInternal();
    setDevices("nodes.ca");
    assertRefused("internal.tls.names: ", "internal.tls.ca", "mqtt.tls.client.ca");

    set("internal.tls.names", "*.nodes.example.com");
    assertThat(read().names()).containsExactly("*.nodes.example.com");
  }

  /** Its chain would lead a device's certificate to an authority of nodes. */
  @Test
  void an_authority_of_devices_below_one_of_nodes_needs_their_names_too() throws Exception {
    X509Bundle root = authority("everything");
    X509Bundle middle = below("middle", root);
    X509Bundle devices = below("devices", middle);
    X509Bundle node = new CertificateBuilder().ecp256().subject("CN=node").buildIssuedBy(root);
    write("node.pem", node.getCertificatePathPEM());
    write("node.key", node.getPrivateKeyPEM());
    write("nodes.ca", root.getCertificatePEM());
    setInternal();

    write("devices.ca", middle.getCertificatePEM());
    setDevices("devices.ca");
    assertRefused("internal.tls.names: ", "internal.tls.ca", "mqtt.tls.client.ca");

    write("devices.ca", devices.getCertificatePEM());
    write("nodes.ca", root.getCertificatePEM() + middle.getCertificatePEM());
    assertRefused("internal.tls.names: ");

    write("devices.ca", authority("devices").getCertificatePEM());
    assertThat(read().devices()).isPresent();
  }

  private static X509Bundle below(String name, X509Bundle issuer) throws Exception {
    return new CertificateBuilder()
        .ecp256()
        .subject("CN=" + name)
        .setIsCertificateAuthority(true)
        .buildIssuedBy(issuer);
  }
}
