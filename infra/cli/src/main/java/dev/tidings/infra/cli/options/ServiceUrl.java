package dev.tidings.infra.cli.options;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The URL of ingest-api: {@code http} or {@code https}, a host, optionally a port, and nothing
 * else.
 */
final class ServiceUrl implements ITypeConverter<URI> {
  @Override
  public URI convert(String value) {
    try {
      URI url = new URI(value);
      String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
      String path = url.getPath();
      if ((scheme.equals("http") || scheme.equals("https"))
          && url.getHost() != null
          && (path.isEmpty() || path.equals("/"))
          && url.getQuery() == null
          && url.getFragment() == null) {
        return new URI(scheme, null, url.getHost(), url.getPort(), null, null, null);
      }
    } catch (URISyntaxException e) {
      // Refused below, as one of another form.
    }
    throw new TypeConversionException(
        "'" + value + "' (expected: such as http://127.0.0.1:8080 or https://push.example.com)");
  }
}
