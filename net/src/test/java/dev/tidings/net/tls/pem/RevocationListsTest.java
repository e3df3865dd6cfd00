package dev.tidings.net.tls.pem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.net.tls.Certificates;
import io.netty.pkitesting.RevocationServer;
import io.netty.pkitesting.X509Bundle;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RevocationListsTest {
  @TempDir private Path directory;
  private X509Bundle authority;
  private X509Bundle good;
  private X509Bundle bad;
  private Path file;
  private Path authorities;

  @BeforeEach
  void revokeOne() throws Exception {
    authority = Certificates.authority("clients");
    good = Certificates.client(authority);
    bad = Certificates.client(authority);
    file = directory.resolve("revoked.crl");
    authorities = Files.writeString(directory.resolve("ca.pem"), authority.getCertificatePEM());
    RevocationServer.getInstance().register(authority);
  }

  private static byte[] list(X509Bundle authority) throws Exception {
    try (InputStream in =
        RevocationServer.getInstance().getCrlUri(authority).toURL().openStream()) {
      return in.readAllBytes();
    }
  }

  private static String pem(byte[] list) {
    return "-----BEGIN X509 CRL-----\n"
        + Base64.getMimeEncoder().encodeToString(list)
        + "\n-----END X509 CRL-----\n";
  }

  private RevocationLists start() throws Exception {
    return RevocationLists.start(file, authorities, InstantSource.system());
  }

  @Test
  void a_certificate_is_revoked_as_soon_as_the_file_says_so_in_pem_or_der() throws Exception {
    Files.write(file, list(authority));
    try (RevocationLists lists = start()) {
      assertThat(lists.test(bad.getCertificate())).isFalse();

      RevocationServer.getInstance().revoke(bad, Instant.now());
      Files.writeString(file, pem(list(authority)));
      lists.reload();

      assertThat(lists.test(bad.getCertificate())).isTrue();
      assertThat(lists.test(good.getCertificate())).isFalse();
    }
  }

  @Test
  void a_list_of_somebody_else_or_none_changes_nothing() throws Exception {
    RevocationServer.getInstance().revoke(bad, Instant.now());
    Files.write(file, list(authority));
    X509Bundle impostor = Certificates.authority("clients");
    RevocationServer.getInstance().register(impostor);
    try (RevocationLists lists = start()) {
      for (byte[] each :
          new byte[][] {
            list(impostor), {}, "nonsense".getBytes(StandardCharsets.US_ASCII), {0x30, 0x03, 0x02}
          }) {
        Files.write(file, each);
        lists.reload();
        assertThat(lists.test(bad.getCertificate())).isTrue();
      }
      Files.delete(file);
      lists.reload();
      assertThat(lists.test(bad.getCertificate())).isTrue();
    }
  }

  @Test
  void nothing_starts_with_a_list_that_cannot_be_used() throws Exception {
    Files.writeString(file, "nonsense");
    assertThatThrownBy(this::start).isInstanceOf(GeneralSecurityException.class);

    Files.write(file, new byte[0]);
    assertThatThrownBy(this::start).hasMessageContaining("expected: BEGIN X509 CRL");

    X509Bundle other = Certificates.authority("others");
    RevocationServer.getInstance().register(other);
    Files.write(file, list(other));
    assertThatThrownBy(this::start).hasMessageContaining("expected: of an authority in");
  }
}
