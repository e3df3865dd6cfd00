package dev.tidings.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.util.AsciiString;

/**
 * A response whose body is produced while it is sent, in HTTP/1.1 in chunks and in HTTP/2 as the
 * client gives window. For one exchange.
 */
public final class StreamingResponse extends Response {
  private static final byte[] NOTHING = {};
  private static final AsciiString AS_IT_IS = AsciiString.cached("no-cache, no-transform");

  // Nginx collects what it passes on unless it is told not to.
  private static final AsciiString BUFFERING = AsciiString.cached("x-accel-buffering");
  private static final AsciiString NO = AsciiString.cached("no");

  private final ResponseSource source;

  private StreamingResponse(
      HttpResponseStatus status, ResponseSource source, AsciiString[] fields) {
    super(status, NOTHING, fields);
    this.source = source;
  }

  /**
   * A response; the array is its own from now on.
   *
   * @param status one whose responses have a body
   * @param source produces the body
   * @param fields names in lower case, each followed by its value
   */
  public static StreamingResponse of(
      HttpResponseStatus status, ResponseSource source, AsciiString... fields) {
    if (status.codeClass() == HttpStatusClass.INFORMATIONAL
        || status.equals(HttpResponseStatus.NO_CONTENT)
        || status.equals(HttpResponseStatus.RESET_CONTENT)
        || status.equals(HttpResponseStatus.NOT_MODIFIED)) {
      throw new IllegalArgumentException("status: " + status + " (expected: one with a body)");
    }
    if (fields.length % 2 != 0) {
      throw new IllegalArgumentException(
          "fields: " + fields.length + " (expected: a value for each name)");
    }
    return new StreamingResponse(status, source, fields);
  }

  /**
   * A response whose parts matter as soon as they are written: no cache and no proxy may hold them
   * back until there are more.
   *
   * @param source produces the body
   */
  public static StreamingResponse live(AsciiString mediaType, ResponseSource source) {
    return of(
        HttpResponseStatus.OK,
        source,
        HttpHeaderNames.CONTENT_TYPE,
        mediaType,
        HttpHeaderNames.CACHE_CONTROL,
        AS_IT_IS,
        BUFFERING,
        NO);
  }

  @Override
  public StreamingResponse with(AsciiString... further) {
    return new StreamingResponse(status(), source, fieldsWith(further));
  }

  /** Returns what produces the body. */
  public ResponseSource source() {
    return source;
  }
}
