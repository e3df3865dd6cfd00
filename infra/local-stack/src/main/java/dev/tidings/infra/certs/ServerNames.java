package dev.tidings.infra.certs;

import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The names and addresses in a server's certificate. */
final class ServerNames {
  /** How this machine reaches itself. */
  static final List<String> LOCAL = List.of("localhost", "127.0.0.1", "::1");

  private static final Pattern NAME =
      Pattern.compile("(\\*\\.)?[A-Za-z0-9_]([A-Za-z0-9_-]*)(\\.[A-Za-z0-9_]([A-Za-z0-9_-]*))*");
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
  private static final int DNS = 2;
  private static final int IP = 7;

  private ServerNames() {}

  /**
   * Returns a name in the one way in which it is written in certificates.
   *
   * @throws IllegalArgumentException if it is neither a name nor an address
   */
  static String normal(String name) {
    if (isAddress(name)) {
      try {
        return InetAddress.ofLiteral(name).getHostAddress();
      } catch (IllegalArgumentException e) {
        throw bad(name);
      }
    }
    if (!NAME.matcher(name).matches()) {
      throw bad(name);
    }
    return name.toLowerCase(Locale.ROOT);
  }

  private static IllegalArgumentException bad(String name) {
    return new IllegalArgumentException(
        "name: " + name + " (expected: a host name, such as node.example.com, or an IP address)");
  }

  static boolean isAddress(String name) {
    return ADDRESS.matcher(name).matches();
  }

  /** Returns these names and this machine's own. */
  static Set<String> of(Collection<String> names) {
    Set<String> all = new LinkedHashSet<>();
    LOCAL.forEach(name -> all.add(normal(name)));
    names.forEach(name -> all.add(normal(name)));
    return all;
  }

  /** Returns the names in a certificate. */
  static Set<String> in(X509Certificate certificate) throws CertificateParsingException {
    Set<String> all = new LinkedHashSet<>();
    for (List<?> each :
        Optional.ofNullable(certificate.getSubjectAlternativeNames()).orElse(List.of())) {
      if (each.get(0).equals(DNS) || each.get(0).equals(IP)) {
        all.add(normal(each.get(1).toString()));
      }
    }
    return all;
  }
}
