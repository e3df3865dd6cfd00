package dev.tidings.ingest.forwarded;

import dev.tidings.http.Request;
import dev.tidings.net.limit.AddressRanges;
import io.netty.util.AsciiString;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The {@code Forwarded} field (RFC 7239), read from its end: that is what the last balancer has
 * written, and what stands before it may be the client's own invention. So a comma always ends an
 * element here, even in a quoted string, which no balancer writes: else a client could hide what
 * follows in a string of its own.
 */
final class ForwardedField {
  private static final AsciiString NAME = AsciiString.cached("forwarded");
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
  private static final Pattern PAIR =
      Pattern.compile("\\G\\s*+(" + TOKEN + ")=(?:(" + TOKEN + ")|\"([^\"\\\\]*+)\")\\s*+(?:;|$)");
  private static final Pattern NODE =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([0-9.]+))(?::([0-9]{1,5}|_[0-9A-Za-z._-]+))?");
  private static final int MAX_PORT = 65_535;

  private ForwardedField() {}

  /**
   * Returns the client: the last address that is no trusted balancer's, or of the balancers the
   * farthest if it names nobody.
   *
   * @param peer where the request comes from
   */
  static InetSocketAddress client(Request request, InetSocketAddress peer, AddressRanges trusted) {
    List<String> elements = trusted.contains(peer) ? elements(request) : List.of();
    InetSocketAddress client = peer;
    for (String element : elements.reversed()) {
      InetSocketAddress named = trusted.contains(client) ? named(element) : null;
      if (named == null) {
        break;
      }
      client = named;
    }
    return client;
  }

  private static List<String> elements(Request request) {
    List<String> elements = new ArrayList<>();
    for (Map.Entry<CharSequence, CharSequence> header : request.headers()) {
      if (NAME.contentEqualsIgnoreCase(header.getKey())) {
        elements.addAll(List.of(header.getValue().toString().split(",", -1)));
      }
    }
    return elements;
  }

  /** Returns the address of the one node that an element names; null for none, or a hidden one. */
  private static @Nullable InetSocketAddress named(String element) {
    String node = null;
    Matcher pair = PAIR.matcher(element);
    int end = 0;
    while (end < element.length() && pair.find()) {
      end = pair.end();
      if (pair.group(1).equalsIgnoreCase("for")) {
        if (node != null) {
          return null;
        }
        node = pair.group(2) == null ? pair.group(3) : pair.group(2);
      }
    }
    return node == null || end < element.length() ? null : address(node);
  }

  private static @Nullable InetSocketAddress address(String node) {
    Matcher parts = NODE.matcher(node);
    if (!parts.matches()) {
      return null;
    }
    String host = parts.group(1) == null ? parts.group(2) : parts.group(1);
    byte[] address = NetUtil.createByteArrayFromIpAddressString(host);
    String port = parts.group(3);
    int number = port == null || port.startsWith("_") ? 0 : Integer.parseInt(port);
    if (address == null || number > MAX_PORT) {
      return null;
    }
    try {
      // An IPv4 address within IPv6 becomes what it is.
      return new InetSocketAddress(InetAddress.getByAddress(address), number);
    } catch (UnknownHostException e) {
      return null;
    }
  }
}
