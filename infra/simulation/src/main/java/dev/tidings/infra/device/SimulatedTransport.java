package dev.tidings.infra.device;

import dev.tidings.infra.process.HostPort;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.net.URI;
import javax.net.ssl.SSLException;

/** The transport of a simulated device's MQTT connection. */
enum SimulatedTransport {
  TCP("mqtt"),
  TLS("mqtts"),
  WEB_SOCKET("ws");

  private static final int LARGEST_ANSWER = 1 << 16;
  private static final long HANDSHAKE_MILLIS = 4_000;

  private final String endpoint;

  SimulatedTransport(String endpoint) {
    this.endpoint = endpoint;
  }

  /** Returns a node's name of the port for it. */
  String endpoint() {
    return endpoint;
  }

  /** Adds the handlers below MQTT to a connection to a node. */
  void install(ChannelPipeline pipeline, HostPort node) throws SSLException {
    switch (this) {
      case TCP -> {}
      case TLS -> pipeline.addLast(tls().newHandler(pipeline.channel().alloc()));
      case WEB_SOCKET ->
          pipeline.addLast(
              new HttpClientCodec(),
              new HttpObjectAggregator(LARGEST_ANSWER),
              new WebSocketClientProtocolHandler(
                  WebSocketClientProtocolConfig.newBuilder()
                      .webSocketUri(URI.create("ws://" + node + "/mqtt"))
                      .version(WebSocketVersion.V13)
                      .subprotocol("mqtt")
                      .customHeaders(EmptyHttpHeaders.INSTANCE)
                      .handshakeTimeoutMillis(HANDSHAKE_MILLIS)
                      .build()),
              new WebSocketStream());
    }
  }

  /**
   * Returns TLS without certificate checks, which are tested elsewhere: each node here has its own
   * CA.
   */
  private static SslContext tls() throws SSLException {
    return SslContextBuilder.forClient().trustManager(InsecureTrustManagerFactory.INSTANCE).build();
  }
}
