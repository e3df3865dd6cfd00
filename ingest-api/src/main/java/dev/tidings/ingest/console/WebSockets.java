package dev.tidings.ingest.console;

import dev.tidings.ingest.console.overview.FleetFigures.Site;
import dev.tidings.schemas.question.NodeFigures.Socket;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a page of the console reaches delivery nodes. A node on this machine is reached by the name
 * that the page was: nodes let in pages of their own host.
 */
final class WebSockets {
  private static final String PATH = "/mqtt";
  private static final String LOCALHOST = "localhost";

  private WebSockets() {}

  /**
   * Returns their origins, such as {@code ws://localhost:8083}.
   *
   * @param host what the page was asked for at, with or without a port; null if that is not known
   */
  static List<String> origins(List<Site> sites, @Nullable String host) {
    return sites.stream().flatMap(site -> origins(site, host)).distinct().toList();
  }

  private static Stream<String> origins(Site site, @Nullable String host) {
    return site.figures().stream()
        .flatMap(figures -> figures.sockets().stream())
        .filter(socket -> !socket.host().isBlank())
        .map(socket -> origin(socket, host));
  }

  /** Returns the URLs of a node. */
  static List<String> urls(Site site, @Nullable String host) {
    return origins(site, host).map(origin -> origin + PATH).toList();
  }

  private static String origin(Socket socket, @Nullable String host) {
    String at = isLoopback(socket.host()) ? here(host) : socket.host();
    return socket.scheme() + "://" + bracketed(at) + ":" + socket.port();
  }

  private static boolean isLoopback(String host) {
    if (host.equals(LOCALHOST)) {
      return true;
    }
    @Nullable InetAddress address = NetUtil.createInetAddressFromIpAddressString(host);
    return address != null && address.isLoopbackAddress();
  }

  /** The host that a page on this machine was asked for at. */
  private static String here(@Nullable String authority) {
    if (authority == null) {
      return LOCALHOST;
    }
    String text = authority.toLowerCase(Locale.ROOT);
    if (text.startsWith("[")) {
      return text.substring(1, Math.max(1, text.indexOf(']')));
    }
    int colon = text.indexOf(':');
    return colon < 0 ? text : text.substring(0, colon);
  }

  private static String bracketed(String host) {
    return host.contains(":") ? "[" + host + "]" : host;
  }
}
