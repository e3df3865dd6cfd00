package dev.tidings.http.limit;

/**
 * The number of connections that a port takes at once, in all and from one address ({@link Peers}).
 *
 * @param requests in HTTP/2, where a connection has many; in HTTP/1.1 it has one
 * @param handshakesPerAddress within TLS, each second; 0: no limit
 */
public record Bounds(
    int connections,
    int connectionsPerAddress,
    int requests,
    int requestsPerAddress,
    int handshakesPerAddress) {
  /** Without a limit of handshakes. */
  public Bounds(int connections, int connectionsPerAddress, int requests, int requestsPerAddress) {
    this(connections, connectionsPerAddress, requests, requestsPerAddress, 0);
  }
}
