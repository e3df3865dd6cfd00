package dev.tidings.ingest.server;

import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A listening server. Close it and what is under way is finished first. */
public final class ApiServer implements AutoCloseable {
  private static final int MAX_STREAMS_PER_CONNECTION = 2_000;
  private static final int STREAM_WINDOW_BYTES = 64 * 1024;
  // Without a request for so long, those who are told to go elsewhere have understood.
  private static final Duration QUIET = Duration.ofMillis(200);

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
   * Binds and serves HTTP/2 and HTTP/1.1. The client's first bytes tell which, within TLS too: some
   * APNs clients speak h2 there without having negotiated it by ALPN, for Apple expects nothing
   * else. That is why TLS is put before the server here and not configured in it.
   *
   * @param address port 0 for any free one
   * @param tls empty for plain text
   * @param services by path; {@code /} takes what no other does
   * @throws IllegalStateException if the address can't be had
   */
  public static ApiServer start(
      InetSocketAddress address,
      Optional<SslContext> tls,
      Limits limits,
      Map<String, HttpService> services) {
    ServerBuilder builder =
        Server.builder()
            .port(address, SessionProtocol.HTTP)
            .maxNumConnections(limits.maxConnections())
            .http2MaxStreamsPerConnection(MAX_STREAMS_PER_CONNECTION)
            .http2InitialStreamWindowSize(STREAM_WINDOW_BYTES)
            // Each service bounds what it reads; this would answer in words of its own.
            .maxRequestLength(0)
            .requestTimeout(limits.requestTimeout())
            .idleTimeout(limits.idleTimeout(), true)
            .gracefulShutdownTimeout(least(QUIET, limits.drainTimeout()), limits.drainTimeout())
            .connectionDrainDuration(QUIET)
            .bossGroupFactory(AcceptLoop::of)
            .unloggedExceptionsReportInterval(Duration.ZERO)
            .errorHandler(new ErrorAnswers())
            .disableServerHeader()
            .disableDateHeader();
    tls.ifPresent(context ->
        builder.childChannelPipelineCustomizer(
            pipeline -> pipeline.addFirst(context.newHandler(pipeline.channel().alloc()))));
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
          "address: " + address + " (expected: a free one of this host)", cause);
    }
    return new ApiServer(server);
  }

  private static Duration least(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /** The port it listens on. */
  public int port() {
    return server.activeLocalPort();
  }

  /** How many connections are open. */
  public int connections() {
    return server.numConnections();
  }

  /** As {@link #close}, without waiting for it. */
  public CompletableFuture<Void> stop() {
    return server.stop();
  }

  /** Says goodbye to every client, waits for what is under way, then closes. */
  @Override
  public void close() {
    stop().join();
  }
}
