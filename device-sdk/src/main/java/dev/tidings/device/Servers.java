package dev.tidings.device;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The nodes to which a device may connect, and how.
 *
 * @param addresses the addresses of any nodes, at least one; after a failure the next one is tried
 * @param redirects whether a server that does not serve this device may name another one
 * @param tls the TLS options; empty for an unencrypted connection
 */
public record Servers(List<ServerAddress> addresses, boolean redirects, Optional<Tls> tls) {

  public Servers {
    addresses = List.copyOf(addresses);
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("servers: none (expected: at least one address)");
    }
  }

  /**
   * TLS options; the server's name is always checked.
   *
   * @param ca a PEM file with the certificates to trust; if empty, the JVM's trusted certificates
   */
  public record Tls(Optional<Path> ca) {}
}
