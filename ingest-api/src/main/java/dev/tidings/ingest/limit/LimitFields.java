package dev.tidings.ingest.limit;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.AsciiString;

/**
 * The fields of an answer to what exceeds a limit: when it may come again (RFC 9110, section
 * 10.2.3), and that nothing is left of which limit (draft-ietf-httpapi-ratelimit-headers-10).
 */
public final class LimitFields {
  private static final AsciiString RATE_LIMIT = AsciiString.cached("ratelimit");

  private LimitFields() {}

  /**
   * Returns them: each name, followed by its value.
   *
   * @param limit its name, in ASCII without quotes
   * @param seconds after which it may come again
   */
  public static AsciiString[] of(String limit, long seconds) {
    return new AsciiString[] {
      HttpHeaderNames.RETRY_AFTER,
      AsciiString.of(Long.toString(seconds)),
      RATE_LIMIT,
      AsciiString.of(quoted(limit) + ";r=0;t=" + seconds)
    };
  }

  static String quoted(String limit) {
    return '"' + limit + '"';
  }
}
