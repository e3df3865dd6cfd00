package dev.tidings.node.session;

/**
 * Where a node listens for others.
 *
 * @param host a name or an address
 */
public record HostPort(String host, int port) {
  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
