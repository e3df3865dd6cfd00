package dev.tidings.infra.cli.doctor.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.infra.certs.StackCertificates;
import dev.tidings.infra.cli.doctor.check.Check;
import dev.tidings.infra.cli.doctor.check.ServiceFiles;
import dev.tidings.infra.ports.Ports;
import dev.tidings.infra.process.HostPort;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateChecksTest {
  @TempDir Path directory;

  @Test
  void a_certificate_of_a_services_settings_is_looked_at_until_it_ends() throws Exception {
    StackCertificates made = StackCertificates.in(directory, List.of(), Instant.now());
    ServiceFiles files =
        new ServiceFiles(
            Map.of("delivery-node", Map.of("mqtt.tls.certificate", made.certificate().toString())));

    assertThat(at(Instant.now()).files(files, List.of()))
        .singleElement()
        .matches(check -> check.state() == Check.State.OK);
    assertThat(at(made.until().minus(Duration.ofDays(3))).files(files, List.of()))
        .singleElement()
        .satisfies(check -> {
          assertThat(check.sound()).isFalse();
          assertThat(check.words()).contains("expected: 14 days or more");
          assertThat(check.fix()).contains("./tidings certs");
        });
    assertThat(at(made.until().plusSeconds(1)).files(files, List.of()))
        .singleElement()
        .satisfies(check -> assertThat(check.words()).endsWith("expired"));
  }

  @Test
  void a_file_without_certificates_and_a_port_where_nobody_listens_are_findings() throws Exception {
    Path empty = Files.writeString(directory.resolve("empty.pem"), "nothing\n");
    CertificateChecks checks = at(Instant.now());

    assertThat(checks.files(new ServiceFiles(Map.of()), List.of(empty)))
        .singleElement()
        .matches(check -> !check.sound());
    assertThat(checks.at(new HostPort("localhost", Ports.free())).sound()).isFalse();
  }

  private static CertificateChecks at(Instant now) {
    return new CertificateChecks(now);
  }
}
