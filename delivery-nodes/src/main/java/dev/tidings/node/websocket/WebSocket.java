package dev.tidings.node.websocket;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpServerCodec;
import java.time.Duration;
import java.util.List;

/** Opens WebSockets on {@code /mqtt}: what their pipelines have in common. */
public final class WebSocket {
  /** Where the handshake is answered; every other path is not found. */
  public static final String PATH = WebSocketRequest.PATH;

  private final WebSocketRequest requests;
  private final Duration pingInterval;
  private final Duration lingerTimeout;
  private final int maxFrameBytes;

  /**
   * @param origins the web pages that may connect, see {@link WebSocketOrigins}
   * @param pingInterval after how much silence a client is pinged; zero: never
   * @param lingerTimeout how long a client may take to answer a Close frame
   * @param maxFrameBytes the largest frame taken or sent
   */
  public WebSocket(
      List<String> origins, Duration pingInterval, Duration lingerTimeout, int maxFrameBytes) {
    this.requests = new WebSocketRequest(new WebSocketOrigins(origins));
    this.pingInterval = pingInterval;
    this.lingerTimeout = lingerTimeout;
    this.maxFrameBytes = maxFrameBytes;
  }

  /** Adds the handlers, at the end. Those of HTTP leave with the handshake. */
  public void install(ChannelPipeline pipeline) {
    pipeline
        .addLast(new HttpServerCodec())
        .addLast(new WebSocketUpgrade(requests, () -> new WebSocketDecoder(maxFrameBytes)));
    if (pingInterval.isPositive()) {
      pipeline.addLast(new WebSocketProbe(pingInterval));
    }
    pipeline.addLast(new WebSocketFrames(maxFrameBytes, lingerTimeout));
  }
}
