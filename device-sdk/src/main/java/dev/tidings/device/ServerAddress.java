package dev.tidings.device;

import java.util.Optional;

/**
 * The address at which a node listens for MQTT.
 *
 * @param host a name or an address, IPv6 without brackets
 * @param port 1 to 65535
 */
public record ServerAddress(String host, int port) {
  private static final int MAX_PORT = 65_535;

  public ServerAddress {
    if (host.trim().isEmpty() || port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException(
          "server address: " + host + ":" + port + " (expected: a host and a port of 1..65535)");
    }
  }

  /**
   * Parses {@code host:port} or {@code [IPv6]:port}; empty if it is neither.
   *
   * @see <a href="https://docs.oasis-open.org/mqtt/mqtt/v5.0/mqtt-v5.0.html">MQTT 5, section
   *     4.11</a>
   */
  public static Optional<ServerAddress> parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 1) {
      return Optional.empty();
    }
    String host = text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (!bracketed && host.indexOf(':') >= 0) {
      return Optional.empty();
    }
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      return Optional.of(
          new ServerAddress(bracketed ? host.substring(1, host.length() - 1) : host, port));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
