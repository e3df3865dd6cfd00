package dev.tidings.node.session;

/**
 * The address of a node's listener for other nodes.
 *
 * @param host a name or an address
 */
public record HostPort(String host, int port) {
  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
