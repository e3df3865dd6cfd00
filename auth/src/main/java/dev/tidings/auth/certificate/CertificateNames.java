package dev.tidings.auth.certificate;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/** Reads the names of a certificate (RFC 5280, sections 4.1.2.6 and 4.2.1.6). */
public final class CertificateNames {
  private static final int DNS_NAME = 2;
  private static final int URI = 6;

  private CertificateNames() {}

  /**
   * Returns the common names of the subject that are text, in their order.
   *
   * @throws CertificateParsingException if the subject cannot be read
   */
  public static List<String> commonNames(X509Certificate certificate)
      throws CertificateParsingException {
    List<String> names = new ArrayList<>();
    try {
      String subject = certificate.getSubjectX500Principal().getName(X500Principal.RFC2253);
      for (Rdn each : new LdapName(subject).getRdns()) {
        Attribute common = each.toAttributes().get("CN");
        if (common != null) {
          addText(common, names);
        }
      }
    } catch (InvalidNameException e) {
      throw new CertificateParsingException("subject", e);
    } catch (NamingException e) {
      throw new CertificateParsingException("subject's common name", e);
    }
    return names;
  }

  private static void addText(Attribute common, List<String> names) throws NamingException {
    NamingEnumeration<?> values = common.getAll();
    while (values.hasMore()) {
      if (values.next() instanceof String text) {
        names.add(text);
      }
    }
  }

  /**
   * Returns the host names of the subject.
   *
   * @throws CertificateParsingException if its alternative names cannot be read
   */
  public static List<String> dnsNames(X509Certificate certificate)
      throws CertificateParsingException {
    return alternatives(certificate, DNS_NAME);
  }

  /**
   * Returns the URIs of the subject.
   *
   * @throws CertificateParsingException if its alternative names cannot be read
   */
  public static List<String> uris(X509Certificate certificate) throws CertificateParsingException {
    return alternatives(certificate, URI);
  }

  private static List<String> alternatives(X509Certificate certificate, int kind)
      throws CertificateParsingException {
    Collection<List<?>> all = certificate.getSubjectAlternativeNames();
    List<String> names = new ArrayList<>();
    if (all != null) {
      for (List<?> each : all) {
        if (each.get(0) instanceof Integer type
            && type == kind
            && each.get(1) instanceof String text) {
          names.add(text);
        }
      }
    }
    return names;
  }
}
