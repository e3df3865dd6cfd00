package dev.tidings.device;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Which nodes a device may connect to, and how.
 *
 * @param addresses of any nodes, at least one; after a failure the next one is tried
 * @param redirects whether a server that does not serve this device may name another one
 * @param tls what makes the connection an encrypted one
 */
public record Servers(List<ServerAddress> addresses, boolean redirects, Optional<Tls> tls) {

  public Servers {
    addresses = List.copyOf(addresses);
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("servers: none (expected: at least one address)");
    }
  }

  /**
   * TLS, the server's name being checked.
   *
   * @param ca a PEM file with the certificates to trust; without it those the JVM trusts
   */
  public record Tls(Optional<Path> ca) {}
}
