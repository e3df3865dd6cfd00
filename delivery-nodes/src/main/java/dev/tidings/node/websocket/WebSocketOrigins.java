package dev.tidings.node.websocket;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Decides which web pages may open a WebSocket: a browser states the page's origin in the Origin
 * header, and without this check any page could act as any device. Clients other than browsers send
 * none. Two origins are the same if scheme, host and port are (RFC 6454, section 5): letter case
 * does not count, nor does the scheme's own port.
 */
public final class WebSocketOrigins {
  /** What each of the allowed ones has to be. */
  public static final String EXPECTED = "scheme://host[:port] or *";

  private static final String ANY = "*";

  /** A page of which the browser does not say where it is from, as one in a sandbox. */
  private static final String OPAQUE = "null";

  private static final String HOST = "(\\[[0-9a-f:.]+]|[a-z0-9._~!$&'()*+,;=%-]+)";
  private static final Pattern AUTHORITY =
      Pattern.compile(HOST + "(?::[0-9]{0,5})?", Pattern.CASE_INSENSITIVE);
  private static final Pattern ORIGIN =
      Pattern.compile(
          "([a-z][a-z0-9+.-]*)://" + HOST + "(?::([0-9]{1,5}))?", Pattern.CASE_INSENSITIVE);
  private static final int MAX_PORT = 65_535;

  private final boolean any;
  private final Set<Origin> allowed = new HashSet<>();

  /**
   * An origin, in lower case.
   *
   * @param port the scheme's own if none was stated; -1 if that is not known
   */
  private record Origin(String scheme, String host, int port) {
    static Optional<Origin> of(String text) {
      Matcher parts = ORIGIN.matcher(text);
      if (!parts.matches()) {
        return Optional.empty();
      }
      String scheme = lower(parts.group(1));
      String port = parts.group(3);
      int number = port == null ? ownPort(scheme) : Integer.parseInt(port);
      return number > MAX_PORT
          ? Optional.empty()
          : canonical(parts.group(2)).map(host -> new Origin(scheme, host, number));
    }

    private static int ownPort(String scheme) {
      return switch (scheme) {
        case "http", "ws" -> 80;
        case "https", "wss" -> 443;
        default -> -1;
      };
    }
  }

  /**
   * @param allowed origins such as {@code https://app.example.com}, or {@code *} for any; if empty,
   *     pages of the requested host
   * @throws IllegalArgumentException if one is not an origin
   */
  WebSocketOrigins(List<String> allowed) {
    this.any = allowed.contains(ANY);
    for (String text : allowed) {
      if (!isValid(text)) {
        throw new IllegalArgumentException(
            "WebSocket origin: " + text + " (expected: " + EXPECTED + ")");
      }
      Origin.of(text).ifPresent(this.allowed::add);
    }
  }

  /** Returns whether a text may be one of the allowed origins; patterns may not. */
  public static boolean isValid(String text) {
    return text.equals(ANY) || (!text.contains(ANY) && Origin.of(text).isPresent());
  }

  /**
   * Returns whether a page may open a WebSocket. One whose browser withholds its origin never may:
   * any page can have itself shown so.
   *
   * @param origin the page's origin
   * @param host the requested host, without its port
   */
  boolean allows(String origin, String host) {
    if (origin.isEmpty() || origin.equals(OPAQUE)) {
      return false;
    }
    if (any) {
      return true;
    }
    Optional<Origin> page = Origin.of(origin);
    return page.isPresent()
        && (allowed.isEmpty() ? page.get().host().equals(host) : allowed.contains(page.get()));
  }

  /** Returns the host of a Host header, in lower case; empty if it has none. */
  static Optional<String> host(String header) {
    Matcher parts = AUTHORITY.matcher(header);
    return parts.matches() ? canonical(parts.group(1)) : Optional.empty();
  }

  /** Returns the only way to write a host; empty if an address in brackets is none. */
  private static Optional<String> canonical(String host) {
    if (!host.startsWith("[")) {
      return Optional.of(lower(host));
    }
    InetAddress address = NetUtil.createInetAddressFromIpAddressString(host);
    return Optional.ofNullable(address).map(NetUtil::toAddressString);
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
