package dev.tidings.net.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.net.LogLines;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.ssl.SslContext;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Shows G92 of docs/guarantees.md. */
class ReloadingTlsTest {
  private static final Instant NOW = Instant.now();

  @TempDir Path directory;
  @RegisterExtension final LogLines lines = new LogLines(Reloading.class);
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private X509Bundle first;
  private ReloadingTls tls;

  @BeforeEach
  void start() throws Exception {
    first = certificate(Duration.ofDays(10));
    writePair(first.getCertificatePathPEM(), first.getPrivateKeyPEM());
    write("ca.pem", first.getCertificatePEM());
    tls =
        ReloadingTls.start(
            "https",
            new TlsFiles(
                directory.resolve("cert.pem"),
                directory.resolve("key.pem"),
                Optional.of(directory.resolve("ca.pem")),
                ClientCertificates.WANT),
            List.of("h2"),
            InstantSource.fixed(NOW),
            metrics);
  }

  @AfterEach
  void stop() {
    tls.close();
  }

  private static X509Bundle certificate(Duration life) throws Exception {
    return Certificates.authority("operator", NOW, life);
  }

  private void write(String name, String text) throws Exception {
    Files.writeString(directory.resolve(name), text);
  }

  private void writePair(String certificate, String key) throws Exception {
    write("cert.pem", certificate);
    write("key.pem", key);
  }

  private double daysLeft() {
    return metrics.get("tidings.tls.certificate.expires").tag("listener", "https").gauge().value()
        / Duration.ofDays(1).toSeconds();
  }

  private double reloads(String result) {
    return metrics
        .get("tidings.tls.reloads")
        .tag("listener", "https")
        .tag("result", result)
        .counter()
        .count();
  }

  @Test
  void new_connections_get_the_certificate_that_replaced_the_first() throws Exception {
    SslContext before = tls.get();
    tls.reload();
    assertThat(tls.get()).isSameAs(before);

    X509Bundle second = certificate(Duration.ofDays(90));
    writePair(second.getCertificatePathPEM(), second.getPrivateKeyPEM());
    tls.reload();

    assertThat(tls.get()).isNotSameAs(before);
    assertThat(daysLeft()).isBetween(89.0, 90.1);
    assertThat(reloads("done")).isOne();
    assertThat(reloads("failed")).isZero();
  }

  @Test
  void while_only_one_of_the_two_files_is_replaced_the_first_certificate_stays() throws Exception {
    SslContext before = tls.get();
    X509Bundle second = certificate(Duration.ofDays(90));

    write("cert.pem", second.getCertificatePathPEM());
    tls.reload();
    assertThat(tls.get()).isSameAs(before);
    assertThat(reloads("failed")).isOne();

    write("key.pem", second.getPrivateKeyPEM());
    tls.reload();
    assertThat(tls.get()).isNotSameAs(before);
    assertThat(reloads("done")).isOne();
  }

  @Test
  void files_that_are_missing_or_damaged_change_nothing_and_are_logged_once() throws Exception {
    SslContext before = tls.get();

    Files.delete(directory.resolve("cert.pem"));
    tls.reload();
    tls.reload();
    writePair("damaged", "damaged");
    tls.reload();
    tls.reload();

    assertThat(tls.get()).isSameAs(before);
    assertThat(daysLeft()).isBetween(9.0, 10.1);
    assertThat(reloads("failed")).isEqualTo(2);
    assertThat(lines.list()).hasSize(2);
  }

  @Test
  void the_authorities_of_clients_are_read_again_too() throws Exception {
    SslContext before = tls.get();

    write("ca.pem", certificate(Duration.ofDays(1)).getCertificatePEM());
    tls.reload();

    assertThat(tls.get()).isNotSameAs(before);
  }
}
