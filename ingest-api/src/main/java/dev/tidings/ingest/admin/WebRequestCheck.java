package dev.tidings.ingest.admin;

import dev.tidings.http.Request;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import io.netty.util.NetUtil;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages of others away. A page whose name was pointed at this host (DNS rebinding) says
 * its own name in {@code Host}; a page from elsewhere says where it is from in {@code Origin}.
 */
final class WebRequestCheck {
  private static final String LOCALHOST = "localhost";
  private static final AsciiString AUTHORITY = AsciiString.cached(":authority");

  private final Set<String> names;

  /**
   * Creates a check.
   *
   * @param names in lower case, by which the port may be addressed besides {@code localhost} and
   *     addresses, which nobody can point elsewhere
   */
  WebRequestCheck(Set<String> names) {
    this.names = Set.copyOf(names);
  }

  /**
   * What is wrong with a request.
   *
   * @param name the field
   */
  record Wrong(HttpResponseStatus status, String name, String value, String expected) {}

  /** Returns what is wrong; empty if nothing is. */
  Optional<Wrong> wrong(Request request, boolean secure) {
    String host = null;
    for (Map.Entry<CharSequence, CharSequence> field : request.headers()) {
      String name = field.getKey().toString().toLowerCase(Locale.ROOT);
      if (name.equals("host") || name.equals(":authority")) {
        host = field.getValue().toString();
        if (!isOurs(host)) {
          return wrongHost(host);
        }
      }
    }
    return host == null ? wrongHost("missing") : wrongOrigin(request, host, secure);
  }

  /** Returns what a request was sent to; null if it does not say. */
  static @Nullable String host(Request request) {
    @Nullable String authority = request.header(AUTHORITY);
    return authority == null ? request.header(HttpHeaderNames.HOST) : authority;
  }

  private Optional<Wrong> wrongHost(String host) {
    return Optional.of(
        new Wrong(
            HttpResponseStatus.MISDIRECTED_REQUEST,
            "host",
            host,
            "localhost, an address, or a name in admin.names"));
  }

  private static Optional<Wrong> wrongOrigin(Request request, String host, boolean secure) {
    String same = (secure ? "https://" : "http://") + host;
    for (Map.Entry<CharSequence, CharSequence> field : request.headers()) {
      if (field.getKey().toString().equalsIgnoreCase("origin")
          && !same.equalsIgnoreCase(field.getValue().toString())) {
        return Optional.of(
            new Wrong(
                HttpResponseStatus.FORBIDDEN,
                "origin",
                field.getValue().toString(),
                "none, or that of a page from here"));
      }
    }
    return Optional.empty();
  }

  private boolean isOurs(String authority) {
    String host = host(authority);
    return host != null
        && (host.equals(LOCALHOST)
            || names.contains(host)
            || NetUtil.isValidIpV4Address(host)
            || NetUtil.isValidIpV6Address(host));
  }

  /** Returns the host without port and brackets, in lower case; null if it is malformed. */
  private static @Nullable String host(String authority) {
    String text = authority.toLowerCase(Locale.ROOT);
    if (text.startsWith("[")) {
      int end = text.indexOf(']');
      return end < 0 || !isPort(text.substring(end + 1)) ? null : text.substring(1, end);
    }
    int colon = text.indexOf(':');
    if (colon < 0) {
      return text;
    }
    return isPort(text.substring(colon)) ? text.substring(0, colon) : null;
  }

  private static boolean isPort(String text) {
    return text.isEmpty()
        || (text.startsWith(":") && text.substring(1).chars().allMatch(c -> c >= '0' && c <= '9'));
  }
}
