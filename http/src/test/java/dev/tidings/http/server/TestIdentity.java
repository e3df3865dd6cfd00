package dev.tidings.http.server;

import dev.tidings.net.tls.ServerIdentity;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.util.List;

/** A server's certificate of a test. */
final class TestIdentity {
  private TestIdentity() {}

  /** One for this machine that has issued itself. */
  static X509Bundle bundle() throws Exception {
    return new CertificateBuilder()
        .ecp256()
        .subject("CN=server")
        .addSanDnsName("localhost")
        .addSanIpAddress("127.0.0.1")
        .setIsCertificateAuthority(true)
        .buildSelfSigned();
  }

  static ServerIdentity of(X509Bundle bundle) {
    return new ServerIdentity(
        bundle.getKeyPair().getPrivate(), List.of(bundle.getCertificatePath()));
  }
}
