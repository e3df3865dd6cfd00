package dev.tidings.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.config.Settings;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerIdentityTest {
  private static final TlsSettings TLS = TlsSettings.of("mqtt.tls");
  private static final Instant NOW = Instant.now();

  @TempDir Path directory;

  @Test
  void without_files_the_development_ca_makes_one_and_stays_the_same() throws Exception {
    ServerIdentity first = identity(Map.of());
    ServerIdentity second = identity(Map.of());

    assertThat(second.chain().getFirst()).isNotEqualTo(first.chain().getFirst());
    for (ServerIdentity each : List.of(first, second)) {
      each.chain()
          .getFirst()
          .verify(PemFiles.certificates(directory.resolve("ca.pem")).getFirst().getPublicKey());
      assertThat(each.chain().getFirst().getSubjectAlternativeNames())
          .extracting(name -> String.valueOf(name.get(1)))
          .contains("localhost", "127.0.0.1", "node.example", "192.0.2.1");
    }
  }

  @Test
  void the_development_ca_lasts_a_year_and_is_made_anew_before_its_end() throws Exception {
    ServerIdentity.development(directory, List.of(), NOW);
    X509Certificate first = PemFiles.certificates(directory.resolve("ca.pem")).getFirst();
    assertThat(first.getNotAfter().toInstant()).isBefore(NOW.plus(Duration.ofDays(366)));
    assertThat(first.getBasicConstraints()).isZero();

    ServerIdentity.development(directory, List.of(), NOW.plus(Duration.ofDays(300)));
    assertThat(PemFiles.certificates(directory.resolve("ca.pem"))).containsExactly(first);
    Instant later = NOW.plus(Duration.ofDays(310));
    ServerIdentity renewed = ServerIdentity.development(directory, List.of(), later);
    X509Certificate second = PemFiles.certificates(directory.resolve("ca.pem")).getFirst();

    assertThat(second.getNotAfter().toInstant()).isAfter(later.plus(Duration.ofDays(300)));
    assertThat(renewed.chain().getFirst().getNotAfter()).isEqualTo(second.getNotAfter());
    renewed.chain().getFirst().verify(second.getPublicKey());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ca.pem", "ca.key"})
  void a_ca_that_a_crash_has_left_in_part_is_made_anew(String damaged) throws Exception {
    identity(Map.of());
    Files.writeString(directory.resolve(damaged), "");

    ServerIdentity again = identity(Map.of());

    again
        .chain()
        .getFirst()
        .verify(PemFiles.certificates(directory.resolve("ca.pem")).getFirst().getPublicKey());
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
    ServerIdentity read =
        identity(
            Map.of(
                "mqtt.tls.certificate", file("cert.pem", made.getCertificatePathPEM()),
                "mqtt.tls.key", file("key.pem", made.getPrivateKeyPEM())));

    assertThat(read.chain()).containsExactly(made.getCertificatePath());
    assertThat(read.key()).isEqualTo(made.getKeyPair().getPrivate());
  }

  @ParameterizedTest
  @EnumSource(names = {"ecp256", "rsa2048", "ed25519"})
  void a_client_that_trusts_the_authority_shakes_hands_with_it(Algorithm algorithm)
      throws Exception {
    X509Bundle made =
        new CertificateBuilder()
            .algorithm(algorithm)
            .subject("CN=operator")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    ServerIdentity server =
        new ServerIdentity(made.getKeyPair().getPrivate(), List.of(made.getCertificatePath()));

    try (var listening =
            (SSLServerSocket)
                server
                    .context()
                    .getServerSocketFactory()
                    .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var handshakes = Executors.newSingleThreadExecutor();
        var socket =
            (SSLSocket)
                trusting(made)
                    .getSocketFactory()
                    .createSocket(InetAddress.getLoopbackAddress(), listening.getLocalPort())) {
      var accepted =
          handshakes.submit(() -> {
            try (var connection = (SSLSocket) listening.accept()) {
              connection.startHandshake();
              return connection.getSession().getProtocol();
            }
          });
      socket.startHandshake();

      assertThat(socket.getSession().getPeerCertificates()).containsExactly(made.getCertificate());
      assertThat(accepted.get(10, TimeUnit.SECONDS)).isEqualTo("TLSv1.3");
    }
  }

  private static SSLContext trusting(X509Bundle made) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, made.toTrustManagerFactory().getTrustManagers(), null);
    return context;
  }

  @Test
  void one_file_alone_is_refused_and_so_is_what_is_no_pem() throws Exception {
    String nothing = file("nothing.pem", "nothing");

    assertThatThrownBy(() -> identity(Map.of("mqtt.tls.certificate", nothing)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("both mqtt.tls.certificate and mqtt.tls.key, or neither");
    assertThatThrownBy(
            () -> identity(Map.of("mqtt.tls.certificate", nothing, "mqtt.tls.key", nothing)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("PKCS#8");
  }

  private ServerIdentity identity(Map<String, String> settings) throws Exception {
    Config config = Config.of(Settings.of(TLS.certificate(), TLS.key()), settings);
    return ServerIdentity.of(config, TLS, directory, List.of("node.example", "192.0.2.1"), NOW);
  }

  private String file(String name, String text) throws Exception {
    return Files.writeString(directory.resolve(name), text).toString();
  }
}
