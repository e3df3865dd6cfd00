package dev.tidings.http.http2;

import dev.tidings.http.exchange.ServerLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

/** Puts HTTP/2 together: what a client may do, and what it may not do too often. */
final class Http2SessionBuilder
    extends AbstractHttp2ConnectionHandlerBuilder<Http2Session, Http2SessionBuilder> {
  static final int MAX_STREAMS = 2_000;
  private static final int STREAM_WINDOW_BYTES = 64 * 1024;
  // A quarter more ends the connection, for that is as much as is gathered.
  private static final int MAX_HEADER_BYTES = 16 * 1024;

  // A client whose own patience ends gives up all its streams at once, and may do so again.
  private static final int RESETS = 2 * MAX_STREAMS;
  private static final int IN_SECONDS = 30;

  private final ServerLoop loop;

  Http2SessionBuilder(ServerLoop loop) {
    this.loop = loop;
    Http2Connection connection = new DefaultHttp2Connection(true);
    // Priorities are a thing of the past (RFC 9113, section 5.3), and cost memory for each stream.
    connection
        .remote()
        .flowController(
            new DefaultHttp2RemoteFlowController(
                connection, new UniformStreamByteDistributor(connection)));
    // The connection's window opens again as bytes arrive, whatever becomes of them: what a
    // streamed request does not consume holds up its own stream and no other.
    connection
        .local()
        .flowController(
            new DefaultHttp2LocalFlowController(
                connection, DefaultHttp2LocalFlowController.DEFAULT_WINDOW_UPDATE_RATIO, true));
    connection(connection);
    initialSettings(
        new Http2Settings()
            .maxConcurrentStreams(loop.limits().bounds().oneRequestAtFirst() ? 1 : MAX_STREAMS)
            .initialWindowSize(STREAM_WINDOW_BYTES)
            .maxHeaderListSize(MAX_HEADER_BYTES));
    validateHeaders(true);
    validateRequiredPseudoHeaders(true);
    decoderEnforceMaxRstFramesPerWindow(RESETS, IN_SECONDS);
    encoderEnforceMaxRstFramesPerWindow(RESETS, IN_SECONDS);
    headerSensitivityDetector((name, value) -> !repeats(name));
    gracefulShutdownTimeoutMillis(loop.limits().drainTimeout().toMillis());
  }

  /**
   * Whether a header of a response has the same values again and again. The others, such as ids,
   * are written as literals that are never indexed (RFC 7541, section 6.2.3): they would only push
   * what is of use out of the client's table, and of ours.
   */
  private static boolean repeats(CharSequence name) {
    return name.charAt(0) == ':'
        || HttpHeaderNames.CONTENT_TYPE.contentEquals(name)
        || HttpHeaderNames.DATE.contentEquals(name)
        || HttpHeaderNames.RETRY_AFTER.contentEquals(name);
  }

  @Override
  protected Http2Session build() {
    return super.build();
  }

  @Override
  protected Http2Session build(
      Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
    return new Http2Session(loop, new FrameGate(decoder, loop::now), encoder, settings);
  }
}
