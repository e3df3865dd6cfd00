package dev.tidings.http.http1;

import dev.tidings.http.Response;
import dev.tidings.http.StreamingResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;

/** Makes Netty's messages of responses. */
final class Http1Messages {
  private static final HttpHeadersFactory HEADERS =
      DefaultHttpHeadersFactory.headersFactory().withValidation(false);

  private Http1Messages() {}

  /** One without a body, such as 100. */
  static FullHttpResponse of(HttpResponseStatus status) {
    return of(status, Unpooled.EMPTY_BUFFER);
  }

  private static FullHttpResponse of(HttpResponseStatus status, ByteBuf body) {
    return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body, HEADERS, HEADERS);
  }

  /**
   * A whole response.
   *
   * @param date of now
   * @param last whether the connection ends with it
   * @param bodiless whether its body is left out (HEAD)
   */
  static FullHttpResponse whole(
      Response response, AsciiString date, boolean last, boolean bodiless) {
    FullHttpResponse message =
        of(
            response.status(),
            bodiless ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(response.body()));
    add(message, response, date, last);
    if (!(response instanceof StreamingResponse) && hasLength(response.status())) {
      message.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, response.body().length);
    }
    return message;
  }

  /** A response that never has a body does not say how long that is: RFC 9110, section 8.6. */
  private static boolean hasLength(HttpResponseStatus status) {
    return !status.equals(HttpResponseStatus.NOT_MODIFIED)
        && !status.equals(HttpResponseStatus.NO_CONTENT);
  }

  /**
   * The head of a streaming response.
   *
   * @param date of now
   * @param last whether the connection ends with it
   * @param chunked whether the body is sent in chunks; if not, it ends with the connection
   */
  static HttpResponse head(
      StreamingResponse response, AsciiString date, boolean last, boolean chunked) {
    HttpResponse message =
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, response.status(), HEADERS);
    add(message, response, date, last);
    if (chunked) {
      message.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    return message;
  }

  private static void add(HttpResponse message, Response response, AsciiString date, boolean last) {
    message.headers().add(HttpHeaderNames.DATE, date);
    AsciiString[] fields = response.fields();
    for (int i = 0; i < fields.length; i += 2) {
      message.headers().add(fields[i], fields[i + 1]);
    }
    if (last) {
      message.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
  }
}
