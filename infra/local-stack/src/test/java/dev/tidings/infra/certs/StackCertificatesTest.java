package dev.tidings.infra.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.net.tls.ServerIdentity;
import dev.tidings.net.tls.pem.PemCertificates;
import dev.tidings.net.tls.pem.PemKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StackCertificatesTest {
  private static final Instant NOW = Instant.now();

  @TempDir Path directory;

  private StackCertificates certificates(String... names) throws Exception {
    return StackCertificates.in(directory, List.of(names), NOW);
  }

  private static X509Certificate first(Path pem) throws Exception {
    return PemCertificates.read(pem).getFirst();
  }

  private static void areSound(StackCertificates certificates) throws Exception {
    first(certificates.certificate()).verify(first(certificates.ca()).getPublicKey());
    assertThat(
            new ServerIdentity(
                    PemKeys.read(certificates.key()),
                    PemCertificates.read(certificates.certificate()))
                .isPair())
        .isTrue();
  }

  @Test
  void one_ca_and_one_certificate_are_made_and_stay_the_same() throws Exception {
    StackCertificates made = certificates();
    X509Certificate ca = first(made.ca());
    X509Certificate certificate = first(made.certificate());

    areSound(made);
    assertThat(ca.getBasicConstraints()).isZero();
    assertThat(ca.getNotAfter().toInstant()).isBefore(NOW.plus(Duration.ofDays(366)));
    assertThat(certificate.getNotAfter()).isEqualTo(ca.getNotAfter());
    assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(certificates()).isEqualTo(made);
    assertThat(first(made.ca())).isEqualTo(ca);
    assertThat(first(made.certificate())).isEqualTo(certificate);
  }

  @Test
  void names_are_added_to_those_of_this_machine_and_those_it_had() throws Exception {
    assertThat(certificates().names()).containsExactly("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
    assertThat(certificates("Node.example", "192.0.2.1").names())
        .contains("node.example", "192.0.2.1", "localhost");

    StackCertificates more = certificates("2001:db8::1");

    areSound(more);
    assertThat(ServerNames.in(first(more.certificate())))
        .isEqualTo(more.names())
        .contains("localhost", "127.0.0.1", "node.example", "192.0.2.1", "2001:db8:0:0:0:0:0:1");
    X509Certificate before = first(more.certificate());
    assertThat(certificates().names()).isEqualTo(more.names());
    assertThat(first(more.certificate())).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two words", "-", "a..b", "300.1.1.1", "http://a", "a:b:c:d", "*"})
  void what_is_no_name_is_refused(String name) {
    assertThatThrownBy(() -> certificates(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name: " + name + " (expected: a host name");
    assertThat(directory.toFile().list()).isEmpty();
  }

  @Test
  void both_are_made_anew_before_they_expire() throws Exception {
    StackCertificates made = certificates("node.example");
    X509Certificate ca = first(made.ca());
    X509Certificate certificate = first(made.certificate());

    StackCertificates.in(directory, List.of(), NOW.plus(Duration.ofDays(300)));
    assertThat(first(made.ca())).isEqualTo(ca);
    assertThat(first(made.certificate())).isEqualTo(certificate);
    Instant later = NOW.plus(Duration.ofDays(310));
    StackCertificates renewed = StackCertificates.in(directory, List.of(), later);

    areSound(renewed);
    assertThat(first(made.ca())).isNotEqualTo(ca);
    assertThat(renewed.until()).isAfter(later.plus(Duration.ofDays(300)));
    assertThat(renewed.names()).isEqualTo(made.names());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ca.pem", "ca.key", "server.pem", "server.key"})
  void what_a_crash_has_left_in_part_is_made_anew(String damaged) throws Exception {
    certificates();
    Files.writeString(directory.resolve(damaged), "");
    areSound(certificates());

    Files.delete(directory.resolve(damaged));
    areSound(certificates());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ca.pem", "ca.key", "server.pem", "server.key"})
  void the_files_are_for_their_owner_alone(String file) throws Exception {
    certificates();

    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(file))))
        .isEqualTo("rw-------");
  }
}
