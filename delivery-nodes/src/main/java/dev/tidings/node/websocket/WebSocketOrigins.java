package dev.tidings.node.websocket;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which web pages may open a WebSocket: a browser says whose page asks, in Origin, and would let
 * any page be any device. What is no browser sends none.
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
   * @param allowed such as {@code https://app.example.com}, or {@code *} for any; empty: pages of
   *     the host that is asked for
   * @throws IllegalArgumentException if one is none
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
   * Whether a page may.
   *
   * @param origin the page's; {@code null} if the browser does not want to say
   * @param host the one that is asked for, without its port
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

  /** The host of a Host header, in lower case; empty if it has none. */
  static Optional<String> host(String header) {
    Matcher parts = AUTHORITY.matcher(header);
    return parts.matches() ? Optional.of(lower(parts.group(1))) : Optional.empty();
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
