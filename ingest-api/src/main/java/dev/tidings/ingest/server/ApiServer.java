package dev.tidings.ingest.server;

import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerPort;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;

/** The listening server. Close it and what is under way is finished first. */
public final class ApiServer implements AutoCloseable {
  private static final int MAX_STREAMS_PER_CONNECTION = 2_000;
  private static final int STREAM_WINDOW_BYTES = 64 * 1024;

  private final Server server;

  private ApiServer(Server server) {
    this.server = server;
  }

  /**
   * What a server is told.
   *
   * @param requestTimeout how long a request may take to arrive and be answered, in all
   * @param idleTimeout after which a connection without requests is closed; providers keep theirs
   * @param drainTimeout how long requests under way may take when it is closed
   */
  public record Limits(
      int maxConnections, Duration requestTimeout, Duration idleTimeout, Duration drainTimeout) {}

  /**
   * Binds and serves.
   *
   * @param http where h2c and HTTP/1.1 are spoken; port 0 for any free one
   * @param https where h2 and HTTP/1.1 over TLS are spoken
   * @param services by path; {@code /} takes what no other does
   * @throws IllegalStateException if an address can't be had
   */
  public static ApiServer start(
      InetSocketAddress http,
      InetSocketAddress https,
      TlsKeyPair tls,
      Limits limits,
      Map<String, HttpService> services) {
    var builder =
        Server.builder()
            .port(http, SessionProtocol.HTTP)
            .port(https, SessionProtocol.HTTPS)
            .tls(tls)
            .maxNumConnections(limits.maxConnections())
            .http2MaxStreamsPerConnection(MAX_STREAMS_PER_CONNECTION)
            .http2InitialStreamWindowSize(STREAM_WINDOW_BYTES)
            // Each service bounds what it reads; this would answer in words of its own.
            .maxRequestLength(0)
            .requestTimeout(limits.requestTimeout())
            .idleTimeout(limits.idleTimeout(), true)
            .gracefulShutdownTimeout(Duration.ZERO, limits.drainTimeout())
            .unloggedExceptionsReportInterval(Duration.ZERO)
            .errorHandler(new ErrorAnswers())
            .disableServerHeader()
            .disableDateHeader();
    services.forEach((path, service) -> {
      if (path.endsWith("/")) {
        builder.serviceUnder(path, service);
      } else {
        builder.service(path, service);
      }
    });
    Server server = builder.build();
    try {
      server.start().join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IllegalStateException(
          "http: " + http + ", https: " + https + " (expected: free addresses of this host)",
          cause);
    }
    return new ApiServer(server);
  }

  /** The port that h2c is spoken on. */
  public int httpPort() {
    return port(ServerPort::hasHttp);
  }

  /** The port that h2 is spoken on. */
  public int httpsPort() {
    return port(ServerPort::hasHttps);
  }

  private int port(Predicate<ServerPort> kind) {
    return server.activePorts().values().stream()
        .filter(kind)
        .mapToInt(port -> port.localAddress().getPort())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the server is not listening"));
  }

  /** Says goodbye to every client, waits for what is under way, then closes. */
  @Override
  public void close() {
    server.stop().join();
  }
}
