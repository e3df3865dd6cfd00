package dev.tidings.infra.cli.options;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Where a service is: a scheme, a host, optionally a port, and nothing else. */
final class ServiceUrl {
  private ServiceUrl() {}

  /** The URL of ingest-api. */
  static final class Ingest implements ITypeConverter<URI> {
    @Override
    public URI convert(String value) {
      return read(
          value,
          Set.of("http", "https"),
          "such as http://127.0.0.1:8080 or https://push.example.com");
    }
  }

  /** The URL of a delivery node. */
  static final class Node implements ITypeConverter<URI> {
    @Override
    public URI convert(String value) {
      return read(
          value,
          Set.of("mqtt", "mqtts"),
          "such as mqtt://127.0.0.1:1883 or mqtts://push.example.com");
    }
  }

  private static URI read(String value, Set<String> schemes, String expected) {
    try {
      URI url = new URI(value);
      String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
      String path = url.getPath();
      if (schemes.contains(scheme)
          && url.getHost() != null
          && isPort(url.getPort())
          && (path.isEmpty() || path.equals("/"))
          && url.getUserInfo() == null
          && url.getQuery() == null
          && url.getFragment() == null) {
        return new URI(scheme, null, url.getHost(), url.getPort(), null, null, null);
      }
    } catch (URISyntaxException e) {
      // Refused below, as one of another form.
    }
    throw new TypeConversionException("'" + shown(value) + "' (expected: " + expected + ")");
  }

  /** A password in it is not repeated. */
  private static String shown(String value) {
    int at = value.lastIndexOf('@');
    return at < 0 ? value : "…" + value.substring(at);
  }

  private static boolean isPort(int port) {
    return port == -1 || (port > 0 && port <= PortNumber.HIGHEST);
  }
}
