package dev.tidings.infra.cli.doctor.host;

import dev.tidings.infra.cli.doctor.check.Check;
import dev.tidings.infra.cli.doctor.check.ServiceFiles;
import dev.tidings.infra.process.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether certificates are valid, and stay so for a while: those in files that services read, and
 * those that are shown at ports.
 *
 * @param now the time that counts
 */
public record CertificateChecks(Instant now) {
  private static final String WHAT = "certificates";
  private static final Duration SOON = Duration.ofDays(14);

  /** Longer ones are no certificates. */
  private static final long MOST_BYTES = 1 << 20;

  private static final String SETTING = "tls.certificate";

  /** Looks at the files that settings name, and at these. */
  public List<Check> files(ServiceFiles services, List<Path> more) {
    Set<Path> files = new TreeSet<>(more);
    services
        .byName()
        .values()
        .forEach(settings ->
            settings.forEach((name, value) -> {
              if (name.endsWith(SETTING) && !value.isBlank()) {
                files.add(Path.of(value));
              }
            }));
    List<Check> checks = new ArrayList<>();
    files.forEach(file -> checks.add(file(file)));
    return checks;
  }

  private Check file(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        return Check.failed(WHAT, file + ": too long", "certificates in PEM");
      }
      try (InputStream in = Files.newInputStream(file)) {
        Collection<? extends Certificate> all =
            CertificateFactory.getInstance("X.509").generateCertificates(in);
        return check(file.toString(), List.copyOf(all));
      }
    } catch (IOException | GeneralSecurityException e) {
      return Check.failed(
          WHAT,
          file + ": cannot be read: " + e.getMessage(),
          "a file in PEM that the service reads");
    }
  }

  /** Looks at what a port shows to whoever connects with TLS. */
  public Check at(HostPort at) {
    try {
      return check(at.toString(), new ShownCertificates(at).read());
    } catch (IOException | GeneralSecurityException e) {
      return Check.failed(
          WHAT, at + ": shows none: " + e.getMessage(), "a port with TLS that answers");
    }
  }

  /** The one that ends first counts: no client accepts a chain with an expired part. */
  Check check(String where, List<? extends Certificate> chain) {
    X509Certificate first = null;
    for (Certificate each : chain) {
      if (each instanceof X509Certificate certificate
          && (first == null
              || certificate.getNotAfter().toInstant().isBefore(first.getNotAfter().toInstant()))) {
        first = certificate;
      }
    }
    if (first == null) {
      return Check.failed(WHAT, where + ": no certificate", "a certificate in PEM");
    }
    Instant end = first.getNotAfter().toInstant();
    String words = where + ": valid until " + end.truncatedTo(ChronoUnit.SECONDS);
    String fix =
        "renew it (of the local stack: ./tidings certs); a service reads a new file within ten"
            + " seconds";
    if (first.getNotBefore().toInstant().isAfter(now)) {
      return Check.failed(
          WHAT, where + ": not valid before " + first.getNotBefore().toInstant(), fix);
    }
    if (!end.isAfter(now)) {
      return Check.failed(WHAT, words + ": expired", fix);
    }
    return end.isBefore(now.plus(SOON))
        ? Check.failed(WHAT, words + " (expected: 14 days or more)", fix)
        : Check.sound(WHAT, words);
  }
}
