package dev.tidings.ingest.webhook;

import dev.tidings.auth.device.jwt.keys.HostCheck;
import dev.tidings.net.EventLoops;
import dev.tidings.net.Lookups;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Sends single requests to hosts that others have named, each over a connection of its own, and
 * looks at nothing of the answer but its status and {@code Retry-After}. The addresses that are
 * checked are those that it connects to: a name that has another address a moment later gains
 * nothing. No redirect is followed. Thread-safe.
 */
final class WebhookClient implements AutoCloseable {
  private static final Duration TO_CONNECT = Duration.ofSeconds(10);
  private static final int LONGEST_LINE = 4_096;
  private static final int MOST_HEADER_BYTES = 16 * 1024;
  private static final int PART_BYTES = 8_192;
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  /** How many hosts are looked up at once. */
  private static final int MOST_LOOKUPS = 32;

  /** Of a host's addresses, how many are tried for one request. */
  private static final int MOST_ADDRESSES = 4;

  private final HostCheck hosts;
  private final Lookups lookups;
  private final Duration timeout;
  private final EventLoops loops;
  private final SSLContext tls;

  /**
   * @param loops owned and closed by the caller
   * @param hosts which may be asked
   * @param timeout for a request as a whole
   */
  WebhookClient(EventLoops loops, HostCheck hosts, Lookups.Names names, Duration timeout) {
    this.loops = loops;
    this.hosts = hosts;
    this.lookups = new Lookups(names, "webhook-names", MOST_LOOKUPS);
    this.timeout = timeout;
    try {
      // With the authorities that the JVM trusts.
      this.tls = SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has TLS", e);
    }
  }

  /** Sends a body, and waits for what comes of it, for as long as one request may take. */
  WebhookOutcome post(URI uri, Map<String, String> headers, byte[] body)
      throws InterruptedException {
    if (!hosts.accepts(uri)) {
      return new WebhookOutcome.Failed(
          "its URL has another scheme than https, and webhooks.hosts does not name its host");
    }
    long end = System.nanoTime() + timeout.toNanos();
    InetAddress[] addresses;
    try {
      addresses = lookups.find(uri.getHost()).get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      hosts.addresses(uri, addresses);
    } catch (RejectedExecutionException e) {
      return new WebhookOutcome.Failed("its host can't be looked up: too many others are");
    } catch (TimeoutException e) {
      return new WebhookOutcome.Failed(
          "its host was not found within " + timeout.toMillis() + " ms");
    } catch (ExecutionException e) {
      return new WebhookOutcome.Failed("its host has no address");
    } catch (IOException e) {
      return new WebhookOutcome.Failed(String.valueOf(e.getMessage()));
    }
    int tried = Math.min(addresses.length, MOST_ADDRESSES);
    for (int i = 0; i < tried; i++) {
      Optional<WebhookOutcome> answer =
          post(uri, addresses[i], request(uri, headers, body), end, tried - i);
      if (answer.isPresent()) {
        return answer.get();
      }
    }
    return new WebhookOutcome.Failed(
        tried == 0 ? "its host has no address" : "it can't be connected to");
  }

  /**
   * Sends it to one address.
   *
   * @param end of the time for the request
   * @param addresses how many there are to be tried, this one among them
   * @return empty if that cannot be connected to
   */
  private Optional<WebhookOutcome> post(
      URI uri, InetAddress address, FullHttpRequest request, long end, int addresses)
      throws InterruptedException {
    long left = Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()));
    // Such that there is time for the others.
    long toConnect = Math.max(1, Math.min(left / addresses, TO_CONNECT.toMillis()));
    CompletableFuture<WebhookOutcome> answer = new CompletableFuture<>();
    ChannelFuture connecting = connect(uri, address, Math.toIntExact(toConnect), request, answer);
    try {
      return Optional.of(answer.get(left, TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return Optional.of(
          new WebhookOutcome.Failed("no answer within " + timeout.toMillis() + " ms"));
    } catch (ExecutionException e) {
      return connecting.isDone() && !connecting.isSuccess()
          ? Optional.empty()
          : Optional.of(new WebhookOutcome.Failed(words(e.getCause())));
    } finally {
      connecting.cancel(false);
      connecting.channel().close();
    }
  }

  private ChannelFuture connect(
      URI uri,
      InetAddress address,
      int toConnectMillis,
      FullHttpRequest request,
      CompletableFuture<WebhookOutcome> answer) {
    boolean secure = "https".equals(uri.getScheme());
    int port = uri.getPort() >= 0 ? uri.getPort() : secure ? HTTPS_PORT : HTTP_PORT;
    ChannelFuture connecting =
        loops
            .client()
            .group(loops.workers())
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, toConnectMillis)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    if (secure) {
                      SslHandler handler = new SslHandler(engine(uri.getHost(), port));
                      handler.setHandshakeTimeoutMillis(timeout.toMillis());
                      channel.pipeline().addLast(handler);
                    }
                    channel
                        .pipeline()
                        .addLast(
                            new HttpClientCodec(LONGEST_LINE, MOST_HEADER_BYTES, PART_BYTES),
                            new AnswerReader(answer, request));
                  }
                })
            .connect(new InetSocketAddress(address, port));
    connecting.addListener(done -> {
      if (!done.isSuccess()) {
        answer.completeExceptionally(done.cause());
      }
    });
    return connecting;
  }

  /** Returns an engine that asks for the host, and takes no other's certificate. */
  private SSLEngine engine(String host, int port) {
    SSLEngine engine = tls.createSSLEngine(host, port);
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setProtocols(PROTOCOLS);
    engine.setSSLParameters(parameters);
    return engine;
  }

  private static FullHttpRequest request(URI uri, Map<String, String> headers, byte[] body) {
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    FullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.POST, path + query, Unpooled.wrappedBuffer(body));
    request
        .headers()
        .set(HttpHeaderNames.HOST, uri.getPort() < 0 ? uri.getHost() : uri.getRawAuthority())
        .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
        .set(HttpHeaderNames.USER_AGENT, "Tidings");
    headers.forEach((name, value) -> request.headers().set(name, value));
    return request;
  }

  /** Says what went wrong, without what an endpoint could have put in. */
  private static String words(@Nullable Throwable failure) {
    Throwable cause = failure == null ? null : failure.getCause();
    if (failure instanceof SSLException || cause instanceof SSLException) {
      return "no TLS connection, or its certificate is not trusted";
    }
    return "the connection has failed";
  }

  @Override
  public void close() {
    lookups.close();
  }
}
