package dev.tidings.auth.device.jwt;

import dev.tidings.auth.device.jwt.keys.HostCheck;
import dev.tidings.auth.device.jwt.keys.KeySetFile;
import dev.tidings.auth.device.jwt.keys.KeySetUrl;
import dev.tidings.auth.device.jwt.keys.KeySource;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.Set;

/**
 * An issuer, as it is configured: {@code https://id.example.com=https://id.example.com/jwks.json},
 * or {@code acme=/etc/tidings/acme.jwks}.
 *
 * @param name the {@code iss} of its tokens
 * @param keys the file or URL of its key set
 */
public record IssuerSetting(String name, String keys) {
  /** The accepted form, for messages. */
  public static final String EXPECTED =
      "ISSUER=FILE or ISSUER=URL of a JWKS, https, or http to this host or a trusted one, without"
          + " user information";

  /**
   * Reads an issuer from its text.
   *
   * @param trustedHosts hosts that may be at private addresses, and asked by http
   * @throws IllegalArgumentException if it is not in the {@linkplain #EXPECTED form}
   */
  public static IssuerSetting read(String text, Set<String> trustedHosts) {
    int equals = text.indexOf('=');
    if (equals <= 0 || equals == text.length() - 1) {
      throw new IllegalArgumentException(text);
    }
    String name = text.substring(0, equals).strip();
    String keys = text.substring(equals + 1).strip();
    if (name.isEmpty() || keys.isEmpty()) {
      throw new IllegalArgumentException(text);
    }
    if (isUrl(keys) && !hostCheck(trustedHosts).accepts(uri(keys))) {
      throw new IllegalArgumentException(text);
    }
    return new IssuerSetting(name, keys);
  }

  private static boolean isUrl(String text) {
    return text.contains("://");
  }

  private static URI uri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private static HostCheck hostCheck(Set<String> trustedHosts) {
    return new HostCheck(HostCheck.lowerCase(trustedHosts));
  }

  /** Returns the source of the keys. */
  KeySource source(Set<String> trustedHosts, HttpClient client) {
    return isUrl(keys)
        ? new KeySetUrl(uri(keys), hostCheck(trustedHosts), client)
        : new KeySetFile(Path.of(keys));
  }
}
