package dev.tidings.auth.provider.certificate;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/** Client certificates of tests, as Apple's are made. */
public final class TestCertificates {
  public static final String DEVELOPMENT = "1.2.840.113635.100.6.3.1";
  public static final String PRODUCTION = "1.2.840.113635.100.6.3.2";

  private static final byte[] NULL = {5, 0};
  private static final X509Bundle AUTHORITY = authority();

  private TestCertificates() {}

  private static X509Bundle authority() {
    try {
      return new CertificateBuilder()
          .ecp256()
          .subject("CN=providers")
          .setIsCertificateAuthority(true)
          .buildSelfSigned();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** One with this subject that is valid for a day. */
  public static CertificateBuilder of(String subject, Instant now) {
    return new CertificateBuilder()
        .ecp256()
        .subject(subject)
        .notBefore(now.minus(Duration.ofHours(1)))
        .notAfter(now.plus(Duration.ofDays(1)))
        .addExtendedKeyUsageClientAuth();
  }

  public static CertificateBuilder marked(CertificateBuilder builder, String extension) {
    return builder.addExtensionOctetString(extension, false, NULL);
  }

  /** Adds the list of topics. */
  public static CertificateBuilder listing(CertificateBuilder builder, String... topics) {
    return builder.addExtensionOctetString(TopicsExtension.OID, false, list(topics));
  }

  /** The list of topics: each with its kind, which is only roughly right. */
  static byte[] list(String... topics) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (String topic : topics) {
      all.writeBytes(tagged(0x0c, topic.getBytes(StandardCharsets.UTF_8)));
      all.writeBytes(tagged(0x30, tagged(0x0c, "app".getBytes(StandardCharsets.UTF_8))));
    }
    return tagged(0x30, all.toByteArray());
  }

  static byte[] tagged(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length >= 0x80) {
      out.write(0x82);
      out.write(content.length >> 8);
    }
    out.write(content.length);
    out.writeBytes(content);
    return out.toByteArray();
  }

  /** Issues one; by whom is TLS's business. */
  public static X509Bundle issue(CertificateBuilder builder) throws Exception {
    return builder.buildIssuedBy(AUTHORITY);
  }
}
