package dev.tidings.auth.device.jwt.keys;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which hosts key sets may be fetched from: by https from any that has public addresses alone;
 * maybe from this host; and from those that are named, wherever they are and also by http. So a URL
 * cannot be used to reach what only this process can reach.
 *
 * @param named hosts, in lower case
 * @param thisHost whether this host may be asked without being named
 */
public record HostCheck(Set<String> named, boolean thisHost) {
  /** The well-known prefix of RFC 6052, 64:ff9b::/96. */
  private static final byte[] TRANSLATED = {
    0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0
  };

  private static final Set<String> THIS_HOST = Set.of("localhost", "127.0.0.1", "[::1]");

  public HostCheck(Set<String> named) {
    this(named, true);
  }

  /**
   * The check of URLs that were not set where this process runs.
   *
   * @param named in any case
   */
  public static HostCheck namedOnly(Set<String> named) {
    return new HostCheck(lowerCase(named), false);
  }

  public static Set<String> lowerCase(Set<String> hosts) {
    return hosts.stream()
        .map(host -> host.toLowerCase(Locale.ROOT))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Returns whether the URL is acceptable, as far as that is known without its addresses. */
  public boolean accepts(URI uri) {
    String host = uri.getHost();
    return host != null
        && uri.getUserInfo() == null
        && uri.getFragment() == null
        && ("https".equals(uri.getScheme())
            || ("http".equals(uri.getScheme()) && (isNamed(host) || isThisHost(host))));
  }

  /**
   * Checks the addresses of the URL's host.
   *
   * @throws IOException if one of them may not be asked
   */
  public void addresses(URI uri, InetAddress... addresses) throws IOException {
    String host = uri.getHost();
    if (isNamed(host)) {
      return;
    }
    for (InetAddress address : addresses) {
      if (isThisHost(host) ? !address.isLoopbackAddress() : !isPublic(address)) {
        throw new IOException(
            host + " has the address " + address.getHostAddress() + ", which is not public");
      }
    }
  }

  private boolean isNamed(String host) {
    return named.contains(host.toLowerCase(Locale.ROOT));
  }

  private boolean isThisHost(String host) {
    return thisHost && THIS_HOST.contains(host.toLowerCase(Locale.ROOT));
  }

  /** Where DNS64 is used, a public IPv4 address is told as one of these, which NAT64 translates. */
  private static boolean isTranslated(byte[] address) {
    return address.length == 16
        && Arrays.equals(address, 0, TRANSLATED.length, TRANSLATED, 0, TRANSLATED.length);
  }

  static boolean isPublic(InetAddress address) {
    byte[] whole = address.getAddress();
    if (isTranslated(whole)) {
      try {
        return isPublic(
            InetAddress.getByAddress(Arrays.copyOfRange(whole, TRANSLATED.length, whole.length)));
      } catch (UnknownHostException e) {
        throw new IllegalStateException("four bytes are an address", e);
      }
    }
    if (address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    byte[] bytes = address.getAddress();
    int first = bytes[0] & 0xff;
    int second = bytes[1] & 0xff;
    return address instanceof Inet4Address
        ? isPublicIpv4(first, second, bytes[2] & 0xff)
        : isPublicIpv6(first, second, bytes[2] & 0xff, bytes[3] & 0xff);
  }

  /** Not: this network, shared (RFC 6598), protocol assignments, benchmarks, reserved. */
  private static boolean isPublicIpv4(int first, int second, int third) {
    boolean shared = first == 100 && second >= 64 && second < 128;
    boolean assigned = first == 192 && second == 0 && third == 0;
    boolean benchmark = first == 198 && (second == 18 || second == 19);
    return first != 0 && !shared && !assigned && !benchmark && first < 240;
  }

  /** Only global unicast, and of that nothing in which an IPv4 address is hidden. */
  private static boolean isPublicIpv6(int first, int second, int third, int fourth) {
    boolean global = (first & 0xe0) == 0x20;
    boolean sixToFour = first == 0x20 && second == 0x02;
    boolean teredo = first == 0x20 && second == 0x01 && third == 0 && fourth == 0;
    return global && !sixToFour && !teredo;
  }
}
