package dev.tidings.http.server;

import dev.tidings.http.ErrorResponses;
import dev.tidings.http.HttpService;
import dev.tidings.http.exchange.Connections;
import dev.tidings.http.exchange.ServerLoop;
import dev.tidings.http.limit.Excess;
import dev.tidings.http.limit.Handshakes;
import dev.tidings.http.limit.Limits;
import dev.tidings.http.limit.Peers;
import dev.tidings.http.limit.Unread;
import dev.tidings.net.EventLoops;
import dev.tidings.net.tls.handler.CloseNotify;
import dev.tidings.net.tls.handler.TlsHandlers;
import dev.tidings.service.net.ListenAddresses;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** A listening server. Closing it first finishes the requests in progress. */
public final class HttpServer implements AutoCloseable {
  private static final int BACKLOG = 1024;
  // Time for closing what had to be closed by force.
  private static final long FORCED_MILLIS = 1_000;

  private final EventLoops threads;
  private final Map<EventExecutor, ServerLoop> loops;
  private final Unread unread;
  private final Peers peers;
  private final Handshakes handshakes;
  private final Connections connections;
  private final List<Channel> listening;
  private final Limits limits;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();

  private HttpServer(
      EventLoops threads,
      Map<EventExecutor, ServerLoop> loops,
      Unread unread,
      Peers peers,
      Handshakes handshakes,
      Connections connections,
      List<Channel> listening,
      Limits limits) {
    this.threads = threads;
    this.loops = loops;
    this.unread = unread;
    this.peers = peers;
    this.handshakes = handshakes;
    this.connections = connections;
    this.listening = listening;
    this.limits = limits;
  }

  /**
   * Binds and serves HTTP/2 and HTTP/1.1. ALPN tells which, or the client's first bytes, within TLS
   * too: some APNs clients speak h2 there without having negotiated it, because Apple accepts
   * nothing else.
   *
   * @param port 0 for any free one
   * @param tls gives the TLS context for a new connection; empty for plain text
   * @throws IllegalStateException if the address can't be had
   */
  public static HttpServer start(
      EventLoops threads,
      ListenAddresses addresses,
      int port,
      Optional<Supplier<SslContext>> tls,
      Limits limits,
      HttpService service,
      ErrorResponses errors) {
    return start(threads, Listener.of(addresses, port, tls), limits, service, errors);
  }

  /**
   * The same, with all that a port may have.
   *
   * @throws IllegalStateException if the address can't be had
   */
  public static HttpServer start(
      EventLoops threads,
      Listener listener,
      Limits limits,
      HttpService service,
      ErrorResponses errors) {
    LongSupplier nanoTime = System::nanoTime;
    Unread unread = new Unread(Unread.MOST);
    Map<EventExecutor, ServerLoop> loops = new HashMap<>();
    for (EventExecutor executor : threads.workers()) {
      loops.put(
          executor,
          new ServerLoop(
              executor, nanoTime, InstantSource.system(), limits, unread, service, errors));
    }
    Peers peers = new Peers(limits.bounds());
    Handshakes handshakes =
        listener.tls().isPresent() ? Handshakes.of(limits.bounds(), nanoTime) : Handshakes.none();
    Connections connections = new Connections(peers, handshakes, listener.proxies());
    ServerBootstrap bootstrap =
        threads
            .server(BACKLOG)
            .handler(connections)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    ServerLoop loop = Objects.requireNonNull(loops.get(channel.eventLoop()));
                    if (listener.proxies().include(channel)) {
                      AwaitedClient.await(
                          channel,
                          loop,
                          listener.proxies(),
                          connections,
                          () -> serve(channel, loop, listener));
                    } else {
                      serve(channel, loop, listener);
                    }
                  }
                });
    List<Channel> bound;
    try {
      bound = threads.bind(bootstrap, listener.addresses(), listener.port());
    } catch (IOException e) {
      throw new IllegalStateException(
          "address: "
              + new InetSocketAddress(listener.addresses().first(), listener.port())
              + " (expected: a free one of this host)",
          e);
    }
    loops.forEach((executor, loop) -> executor.execute(loop::start));
    return new HttpServer(threads, loops, unread, peers, handshakes, connections, bound, limits);
  }

  private static void serve(Channel channel, ServerLoop loop, Listener listener) {
    listener
        .tls()
        .ifPresent(contexts -> {
          if (listener.alsoPlain()) {
            TlsHandlers.installOptional(channel.pipeline(), contexts, CloseNotify.ENDS_HALF);
          } else {
            TlsHandlers.install(channel.pipeline(), contexts, CloseNotify.ENDS_HALF);
          }
        });
    channel.pipeline().addLast(new ProtocolDetector(loop, listener.tls().isEmpty()));
  }

  /** The port it listens on. */
  public int port() {
    return ((InetSocketAddress) listening.getFirst().localAddress()).getPort();
  }

  /** How many connections are open. */
  public int connections() {
    return peers.connections();
  }

  /** How many requests are open, in HTTP/2. */
  public int requests() {
    return peers.requests();
  }

  /** How many requests were refused because too many were open, in HTTP/2. */
  public long refused() {
    return peers.refused();
  }

  /** How often clients had too much of something. */
  public long exceeded(Excess what) {
    return peers.exceeded(what);
  }

  /** How many connections were closed because their address had begun too many with TLS. */
  public long handshakesRefused() {
    return handshakes.refused();
  }

  /** How many bytes of answers clients have not taken. */
  public long unread() {
    return unread.bytes();
  }

  /** How many connections were closed because their clients took no answers. */
  public long unreadClosed() {
    return unread.closed();
  }

  /** As {@link #close}, without waiting for it. */
  public CompletableFuture<Void> stop() {
    if (stopping.compareAndSet(false, true)) {
      CompletableFuture.allOf(
              listening.stream().map(HttpServer::closed).toArray(CompletableFuture[]::new))
          .whenComplete((closed, failure) -> drain());
    }
    return stopped;
  }

  private static CompletableFuture<Void> closed(Channel channel) {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    channel.close().addListener(done -> closed.complete(null));
    return closed;
  }

  private void drain() {
    loops.values().forEach(loop -> loop.execute(loop::leave));
    long drainMillis = limits.drainTimeout().toMillis();
    threads
        .workers()
        .schedule(
            () -> loops.values().forEach(loop -> loop.execute(loop::close)),
            drainMillis,
            TimeUnit.MILLISECONDS);
    connections
        .none()
        .completeOnTimeout(null, drainMillis + FORCED_MILLIS, TimeUnit.MILLISECONDS)
        .thenRun(() -> {
          loops.values().forEach(loop -> loop.execute(loop::close));
          stopped.complete(null);
        });
  }

  /** Asks every client to go elsewhere, waits for requests in progress, then closes. Idempotent. */
  @Override
  public void close() {
    stop().join();
  }
}
