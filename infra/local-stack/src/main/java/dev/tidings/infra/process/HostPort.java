package dev.tidings.infra.process;

import java.util.Optional;

/**
 * An address to connect to.
 *
 * @param host a name or an address; an IPv6 address in brackets
 * @param port the port
 */
public record HostPort(String host, int port) {

  public static Optional<HostPort> parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new HostPort(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1))));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns the address for a program on this machine: a wildcard address becomes {@code
   * localhost}.
   */
  public HostPort local() {
    return host.equals("0.0.0.0") || host.equals("[::]") ? new HostPort("localhost", port) : this;
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
