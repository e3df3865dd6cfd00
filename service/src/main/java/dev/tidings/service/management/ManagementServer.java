package dev.tidings.service.management;

import dev.tidings.service.health.Readiness;
import dev.tidings.service.net.ListenAddresses;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code /metrics}, {@code /health/live} and {@code /health/ready} over plain HTTP, with a
 * thread for each connection. It owns its sockets and threads, but not the registry and the
 * readiness it was given. Clients are not authenticated, so their number and the time of each
 * request are limited.
 */
public final class ManagementServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ManagementServer.class);
  private static final int MAX_CONNECTIONS = 64;
  private static final int MAX_CONNECTIONS_PER_ADDRESS = 32;
  private static final Visit.Patience PATIENCE = new Visit.Patience(30_000, 10_000);
  private static final int SEND_BUFFER_BYTES = 64 * 1024;
  private static final long ACCEPT_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Pages pages;
  private final Visit.Patience patience;
  private final Visitors visitors = new Visitors(MAX_CONNECTIONS, MAX_CONNECTIONS_PER_ADDRESS);
  private final ScheduledThreadPoolExecutor clock =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("management-clock").factory());
  private final ListenAddresses addresses;
  private final List<ServerSocket> listening;
  private volatile boolean closed;

  private ManagementServer(
      Pages pages, Visit.Patience patience, ListenAddresses addresses, List<ServerSocket> bound) {
    this.pages = pages;
    this.patience = patience;
    this.addresses = addresses;
    this.listening = bound;
    // A timeout is scheduled and cancelled for each request.
    clock.setRemoveOnCancelPolicy(true);
  }

  /**
   * Binds and serves.
   *
   * @param host the address to listen on, or a name, which means all its addresses
   * @param port the port to listen on; 0 for any free one
   * @throws IOException if the address cannot be bound; the message names it
   */
  public static ManagementServer start(
      String host, int port, PrometheusMeterRegistry registry, Readiness readiness)
      throws IOException {
    return start(host, port, registry, readiness, PATIENCE);
  }

  static ManagementServer start(
      String host,
      int port,
      PrometheusMeterRegistry registry,
      Readiness readiness,
      Visit.Patience patience)
      throws IOException {
    ListenAddresses addresses;
    List<ServerSocket> bound;
    try {
      addresses = ListenAddresses.of(host);
      bound = addresses.bind(port, new Sockets());
    } catch (IOException e) {
      throw new IOException(
          "management address: "
              + ListenAddresses.text(host, port)
              + " (expected: a free address of this host)",
          e);
    }
    ManagementServer started =
        new ManagementServer(new Pages(registry, readiness), patience, addresses, bound);
    started.serve();
    // The READY line has the address too, but only after the start; health is needed before.
    log.info("health and metrics: {}", started.address());
    return started;
  }

  private static final class Sockets implements ListenAddresses.Binder<ServerSocket> {
    @Override
    public ServerSocket bind(InetSocketAddress address) throws IOException {
      ServerSocket socket = new ServerSocket();
      try {
        socket.bind(address);
        return socket;
      } catch (IOException e) {
        socket.close();
        throw e;
      }
    }

    @Override
    public int port(ServerSocket bound) {
      return bound.getLocalPort();
    }

    @Override
    public void close(ServerSocket bound) throws IOException {
      bound.close();
    }
  }

  private void serve() {
    for (ServerSocket socket : listening) {
      Thread.ofPlatform().daemon().name("management-accept").start(() -> accept(socket));
    }
  }

  private void accept(ServerSocket from) {
    while (!closed) {
      try {
        receive(from.accept());
      } catch (IOException e) {
        // No connection is lost: it stays in the backlog until file handles are free again.
        log.debug("no connection accepted on {}", from, e);
        LockSupport.parkNanos(ACCEPT_AGAIN_NANOS);
      }
    }
  }

  private void receive(Socket socket) throws IOException {
    if (!visitors.enter(socket)) {
      socket.close();
      return;
    }
    socket.setTcpNoDelay(true);
    // A small send buffer: the system would keep megabytes for a client that does not read.
    socket.setSendBufferSize(SEND_BUFFER_BYTES);
    Thread.ofVirtual()
        .name("management-visit")
        .start(() -> {
          try {
            new Visit(socket, pages, patience, clock).run();
          } finally {
            visitors.leave(socket);
          }
        });
  }

  /** Returns the bound port. */
  public int port() {
    return listening.getFirst().getLocalPort();
  }

  /** Returns host and port, as in {@code 127.0.0.1:9101}. */
  public String address() {
    return addresses.local(port());
  }

  /** Stops listening and closes all connections at once. Idempotent. */
  @Override
  public void close() {
    closed = true;
    listening.forEach(ManagementServer::close);
    visitors.open().forEach(ManagementServer::close);
    clock.shutdownNow();
  }

  private static void close(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      log.debug("{} can't be closed", socket, e);
    }
  }
}
