package dev.tidings.http.limit;

/**
 * The number of connections that a port takes at once, in all and from one address ({@link Peers}).
 *
 * @param requests in HTTP/2, where a connection has many; in HTTP/1.1 it has one
 * @param handshakesPerAddress within TLS, each second; 0: no limit
 * @param oneRequestAtFirst in HTTP/2, whether a connection has one open request until its client
 *     has proved who it is
 */
public record Bounds(
    int connections,
    int connectionsPerAddress,
    int requests,
    int requestsPerAddress,
    int handshakesPerAddress,
    boolean oneRequestAtFirst) {
  /** With as many requests at first as later. */
  public Bounds(
      int connections,
      int connectionsPerAddress,
      int requests,
      int requestsPerAddress,
      int handshakesPerAddress) {
    this(
        connections,
        connectionsPerAddress,
        requests,
        requestsPerAddress,
        handshakesPerAddress,
        false);
  }

  /** Without a limit of handshakes. */
  public Bounds(int connections, int connectionsPerAddress, int requests, int requestsPerAddress) {
    this(connections, connectionsPerAddress, requests, requestsPerAddress, 0);
  }
}
