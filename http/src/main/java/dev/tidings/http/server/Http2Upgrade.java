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
 * RFC 7540; the JDK's client does so). Its first request is gathered for that; one that is long, or
 * does not say how long it is, stays what it was.
 */
final class Http2Upgrade extends HttpServerUpgradeHandler {
  private static final int GATHERED_BYTES = 64 * 1024;

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
        && HttpUtil.getContentLength(request, 0L) <= GATHERED_BYTES;
  }
}
