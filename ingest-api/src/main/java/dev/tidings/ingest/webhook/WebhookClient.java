package dev.tidings.ingest.webhook;

import dev.tidings.auth.device.jwt.keys.HostCheck;
import dev.tidings.net.EventLoops;
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
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
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
final class WebhookClient {
  private static final Duration TO_CONNECT = Duration.ofSeconds(10);
  private static final int LONGEST_LINE = 4_096;
  private static final int MOST_HEADER_BYTES = 16 * 1024;
  private static final int PART_BYTES = 8_192;
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  private final HostCheck hosts;
  private final Names names;
  private final Duration timeout;
  private final EventLoops loops;
  private final SSLContext tls;

  /** Finds the addresses of a host. */
  @FunctionalInterface
  interface Names {
    InetAddress[] addresses(String host) throws UnknownHostException;
  }

  /**
   * @param loops owned and closed by the caller
   * @param hosts which may be asked
   * @param timeout for a request as a whole
   */
  WebhookClient(EventLoops loops, HostCheck hosts, Names names, Duration timeout) {
    this.loops = loops;
    this.hosts = hosts;
    this.names = names;
    this.timeout = timeout;
    try {
      // With the authorities that the JVM trusts.
      this.tls = SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has TLS", e);
    }
  }

  /** Sends a body, and waits for what comes of it, for as long as one request may take. */
  Answer post(URI uri, Map<String, String> headers, byte[] body) throws InterruptedException {
    if (!hosts.accepts(uri)) {
      return new Answer.Forbidden(
          "its URL has another scheme than https, and webhooks.hosts does not name its host");
    }
    InetAddress address;
    try {
      address = address(uri);
    } catch (UnknownHostException e) {
      return new Answer.Failed("its host has no address");
    } catch (IOException e) {
      return new Answer.Failed(String.valueOf(e.getMessage()));
    }
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    ChannelFuture connecting = connect(uri, address, request(uri, headers, body), answer);
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return new Answer.Failed("no answer within " + timeout.toMillis() + " ms");
    } catch (ExecutionException e) {
      return new Answer.Failed(words(e.getCause()));
    } finally {
      connecting.cancel(false);
      connecting.channel().close();
    }
  }

  private InetAddress address(URI uri) throws IOException {
    String host = uri.getHost();
    InetAddress[] found = names.addresses(host);
    hosts.addresses(uri, found);
    if (found.length == 0) {
      throw new UnknownHostException(host);
    }
    return found[0];
  }

  private ChannelFuture connect(
      URI uri, InetAddress address, FullHttpRequest request, CompletableFuture<Answer> answer) {
    boolean secure = "https".equals(uri.getScheme());
    int port = uri.getPort() >= 0 ? uri.getPort() : secure ? HTTPS_PORT : HTTP_PORT;
    ChannelFuture connecting =
        loops
            .client()
            .group(loops.workers())
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                Math.toIntExact(Math.min(timeout.toMillis(), TO_CONNECT.toMillis())))
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
        answer.complete(new Answer.Failed(words(done.cause())));
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
    return failure instanceof ConnectException
        ? "it can't be connected to"
        : "the connection has failed";
  }
}
