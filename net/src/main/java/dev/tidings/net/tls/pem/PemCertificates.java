package dev.tidings.net.tls.pem;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates in PEM (RFC 7468); other text is ignored. */
public final class PemCertificates {
  private static final Pattern CERTIFICATE =
      Pattern.compile("-----BEGIN (X509 |)CERTIFICATE-----([^-]+)-----END \\1CERTIFICATE-----");

  private PemCertificates() {}

  /** Returns the certificates of a PEM file, at least one, in their order. */
  public static List<X509Certificate> read(Path file) throws IOException, CertificateException {
    return read(file.toString(), Files.readAllBytes(file));
  }

  /**
   * Returns the certificates of a PEM text, at least one, in their order.
   *
   * @param name the name of the text in messages
   */
  public static List<X509Certificate> read(String name, byte[] pem) throws CertificateException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> all = new ArrayList<>();
    Matcher found = CERTIFICATE.matcher(new String(pem, StandardCharsets.ISO_8859_1));
    while (found.find()) {
      try {
        byte[] der = Base64.getMimeDecoder().decode(found.group(2));
        all.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
      } catch (IllegalArgumentException | CertificateException e) {
        throw new CertificateException(
            name + ": certificate " + (all.size() + 1) + " is damaged", e);
      }
    }
    if (all.isEmpty()) {
      throw new CertificateException(name + " has no certificate (expected: BEGIN CERTIFICATE)");
    }
    return all;
  }
}
