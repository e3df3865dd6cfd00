package dev.tidings.node.websocket;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpServerCodec;
import java.time.Duration;
import java.util.List;

/** Opens WebSockets on {@code /mqtt}; holds the state shared by their pipelines. */
public final class WebSocket {
  /** The path of the handshake; every other path is answered with "not found". */
  public static final String PATH = WebSocketRequest.PATH;

  private final WebSocketRequest requests;
  private final WebSocketRefusals refusals;
  private final Duration pingInterval;
  private final Duration lingerTimeout;
  private final int maxFrameBytes;

  /**
   * @param origins the origins of web pages that may connect, see {@link WebSocketOrigins}
   * @param pingInterval the silence after which a client is pinged; zero: never
   * @param lingerTimeout how long a client may take to answer a Close frame
   * @param maxFrameBytes the largest frame accepted or sent
   */
  public WebSocket(
      List<String> origins,
      Duration pingInterval,
      Duration lingerTimeout,
      int maxFrameBytes,
      MeterRegistry registry) {
    this.requests = new WebSocketRequest(new WebSocketOrigins(origins));
    this.refusals = new WebSocketRefusals(registry);
    this.pingInterval = pingInterval;
    this.lingerTimeout = lingerTimeout;
    this.maxFrameBytes = maxFrameBytes;
  }

  /** Adds the handlers, at the end. The HTTP handlers are removed after the handshake. */
  public void install(ChannelPipeline pipeline) {
    pipeline
        .addLast(new HttpServerCodec())
        .addLast(
            new WebSocketUpgrade(requests, refusals, () -> new WebSocketDecoder(maxFrameBytes)));
    if (pingInterval.isPositive()) {
      pipeline.addLast(new WebSocketProbe(pingInterval));
    }
    pipeline.addLast(new WebSocketFrames(maxFrameBytes, lingerTimeout));
  }
}
