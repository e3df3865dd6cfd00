package dev.tidings.http.server;

import dev.tidings.http.exchange.ServerLoop;
import dev.tidings.http.http1.Http1Rules;
import dev.tidings.http.http2.Http2Session;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpServerUpgradeHandler;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2ServerUpgradeCodec;
import io.netty.util.AsciiString;

/**
 * Lets a client that begins with HTTP/1.1 in plain text go over to HTTP/2 ({@code Upgrade: h2c}, of
 * RFC 7540; the JDK's client does so). A request with a body stays what it was: it would have to be
 * gathered here, before anybody has asked who sends it, and outside the memory for bodies.
 */
final class Http2Upgrade extends HttpServerUpgradeHandler {
  private static final int GATHERED_BYTES = 0;

  Http2Upgrade(SourceCodec codec, ServerLoop loop) {
    super(
        codec,
        protocol ->
            AsciiString.contentEquals(Http2CodecUtil.HTTP_UPGRADE_PROTOCOL_NAME, protocol)
                ? new Http2ServerUpgradeCodec(Http2Session.of(loop))
                : null,
        GATHERED_BYTES);
  }

  @Override
  protected boolean shouldHandleUpgradeRequest(HttpRequest request) {
    return request.headers().contains(Http2CodecUtil.HTTP_UPGRADE_SETTINGS_HEADER)
        && !request.headers().contains(HttpHeaderNames.EXPECT)
        && !HttpUtil.isTransferEncodingChunked(request)
        && Http1Rules.fault(request) == null
        && HttpUtil.getContentLength(request, 0L) == 0;
  }
}
