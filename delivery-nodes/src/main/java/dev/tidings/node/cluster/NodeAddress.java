package dev.tidings.node.cluster;

/**
 * The address of a node's listener for other nodes.
 *
 * @param host a name or an address
 */
public record NodeAddress(String host, int port) {
  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
