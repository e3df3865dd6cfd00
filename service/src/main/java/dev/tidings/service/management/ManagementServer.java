package dev.tidings.service.management;

import com.sun.net.httpserver.HttpServer;
import dev.tidings.service.health.Readiness;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code /metrics}, {@code /health/live} and {@code /health/ready} over plain HTTP. It owns
 * its socket and threads, neither the registry nor the readiness it was given.
 */
public final class ManagementServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ManagementServer.class);

  private final HttpServer server;
  private final ExecutorService threads;
  private final String host;
  private final AtomicBoolean closed = new AtomicBoolean();

  private ManagementServer(HttpServer server, ExecutorService threads, String host) {
    this.server = server;
    this.threads = threads;
    this.host = host;
  }

  /**
   * Binds and serves.
   *
   * @param host the address to listen on
   * @param port the port to listen on; 0 for any free one
   * @throws IOException if the address can't be had; the message names it
   */
  public static ManagementServer start(
      String host, int port, PrometheusMeterRegistry registry, Readiness readiness)
      throws IOException {
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(host, port), 0);
    } catch (IOException e) {
      throw new IOException(
          "management address: " + address(host, port) + " (expected: a free address of this host)",
          e);
    }
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(threads);
    // One context: those of HttpServer match by prefix, so /metricsx would be /metrics.
    server.createContext("/", new ManagementHandler(registry, readiness));
    server.start();
    ManagementServer started = new ManagementServer(server, threads, host);
    // The READY line says so too, but not to somebody who wonders why it does not come.
    log.info("health and metrics: {}", started.address());
    return started;
  }

  /** The port it is bound to. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Host and port, as in {@code 127.0.0.1:9101}. */
  public String address() {
    return address(host, port());
  }

  static String address(String host, int port) {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  /** Stops listening and cuts off whoever is being answered. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      server.stop(0);
      threads.shutdownNow();
    }
  }
}
