package dev.tidings.node.websocket;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Decides which web pages may open a WebSocket: a browser states the page's origin in the Origin
 * header, and without this check any page could act as any device. Clients other than browsers send
 * none.
 */
final class WebSocketOrigins {
  private static final String ANY = "*";
  private static final String HOST = "(\\[[0-9a-f:.]+]|[a-z0-9._~!$&'()*+,;=%-]+)";
  private static final Pattern AUTHORITY =
      Pattern.compile(HOST + "(?::[0-9]{0,5})?", Pattern.CASE_INSENSITIVE);
  private static final Pattern ORIGIN =
      Pattern.compile(
          "([a-z][a-z0-9+.-]*)://" + HOST + "(?::([0-9]{1,5}))?", Pattern.CASE_INSENSITIVE);

  private final Set<String> allowed;

  /**
   * @param allowed origins such as {@code https://app.example.com}, or {@code *} for any; if empty,
   *     pages of the requested host
   * @throws IllegalArgumentException if one is not an origin
   */
  WebSocketOrigins(List<String> allowed) {
    for (String origin : allowed) {
      if (!origin.equals(ANY) && !ORIGIN.matcher(origin).matches()) {
        throw new IllegalArgumentException(
            "WebSocket origin: " + origin + " (expected: scheme://host[:port] or *)");
      }
    }
    this.allowed = allowed.stream().map(WebSocketOrigins::lower).collect(Collectors.toSet());
  }

  /**
   * Returns whether a page may open a WebSocket.
   *
   * @param origin the page's origin; {@code null} if the browser withholds it
   * @param host the requested host, without its port
   */
  boolean allows(String origin, String host) {
    if (allowed.contains(ANY)) {
      return true;
    }
    Matcher parts = ORIGIN.matcher(origin);
    return parts.matches()
        && (allowed.isEmpty()
            ? lower(parts.group(2)).equals(host)
            : allowed.contains(lower(origin)));
  }

  /** Returns the host of a Host header, in lower case; empty if it has none. */
  static Optional<String> host(String header) {
    Matcher parts = AUTHORITY.matcher(header);
    return parts.matches() ? Optional.of(lower(parts.group(1))) : Optional.empty();
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
