package dev.tidings.net.tls;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Certificates of tests. */
public final class Certificates {
  private Certificates() {}

  /** One that has issued itself. */
  public static X509Bundle authority(String name, Instant now, Duration life) throws Exception {
    return new CertificateBuilder()
        .ecp256()
        .subject("CN=" + name)
        .addSanDnsName("localhost")
        .setIsCertificateAuthority(true)
        .notBefore(now.minusSeconds(60))
        .notAfter(now.plus(life))
        .buildSelfSigned();
  }

  public static X509Bundle authority(String name) throws Exception {
    return authority(name, Instant.now(), Duration.ofDays(1));
  }

  /** One of a client. */
  public static X509Bundle client(X509Bundle authority) throws Exception {
    return new CertificateBuilder()
        .ecp256()
        .subject("CN=client")
        .addExtendedKeyUsageClientAuth()
        .buildIssuedBy(authority);
  }

  static ServerIdentity identity(X509Bundle bundle) {
    return new ServerIdentity(
        bundle.getKeyPair().getPrivate(), List.of(bundle.getCertificatePath()));
  }
}
