package dev.tidings.auth.provider.certificate;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * The contents of a provider's client certificate, as Apple's have them: the app in its subject's
 * UID, and perhaps a list of topics. Who has issued it is for TLS to check.
 *
 * @param name names the certificate in logs and limits: a hash of it
 * @param isDevelopment whether it is for Apple's development environment alone
 */
public record ProviderCertificate(
    CertificateTopics topics,
    Instant notBefore,
    Instant notAfter,
    boolean isDevelopment,
    String name) {
  private static final String DEVELOPMENT = "1.2.840.113635.100.6.3.1";
  private static final String PRODUCTION = "1.2.840.113635.100.6.3.2";
  private static final String UID = "UID";

  /**
   * Reads a certificate.
   *
   * @throws CertificateException if it does not say which app it is for
   */
  public static ProviderCertificate read(X509Certificate certificate) throws CertificateException {
    return new ProviderCertificate(
        new CertificateTopics(app(certificate), TopicsExtension.of(certificate)),
        certificate.getNotBefore().toInstant(),
        certificate.getNotAfter().toInstant(),
        certificate.getExtensionValue(DEVELOPMENT) != null
            && certificate.getExtensionValue(PRODUCTION) == null,
        name(certificate));
  }

  /** Returns whether it is valid at that time. */
  public boolean isValidAt(Instant now) {
    return !now.isBefore(notBefore) && !now.isAfter(notAfter);
  }

  private static String app(X509Certificate certificate) throws CertificateException {
    List<String> found = new ArrayList<>();
    try {
      for (Rdn each : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
        Attribute uid = each.toAttributes().get(UID);
        for (int i = 0; uid != null && i < uid.size(); i++) {
          found.add(String.valueOf(uid.get(i)));
        }
      }
    } catch (InvalidNameException e) {
      throw new CertificateException("certificate's subject: unreadable (expected: a name)", e);
    } catch (NamingException e) {
      throw new CertificateException("certificate's UID: unreadable (expected: a bundle id)", e);
    }
    if (found.size() != 1 || found.getFirst().isEmpty()) {
      throw new CertificateException(
          "certificate's UID: " + found.size() + " of them (expected: one, the app's bundle id)");
    }
    return found.getFirst();
  }

  private static String name(X509Certificate certificate) throws CertificateEncodingException {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
