package dev.tidings.http.limit;

/**
 * How much a port takes at once, in all and from one address ({@link Peers}).
 *
 * @param requests in HTTP/2, where a connection has many; in HTTP/1.1 it has one
 */
public record Bounds(
    int connections, int connectionsPerAddress, int requests, int requestsPerAddress) {}
