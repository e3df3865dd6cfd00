package dev.tidings.ingest.http;

import io.netty.util.AsciiString;
import java.util.Map;

/**
 * What comes before the body. It is read in place: whoever wants to keep something copies it.
 *
 * @param path without the query; percent-encoding as it came
 * @param headers in HTTP/1.1 with names in whatever case the client chose, in HTTP/2 with the
 *     pseudo headers among them
 */
public record RequestHead(
    String method, String path, Iterable<Map.Entry<CharSequence, CharSequence>> headers) {

  /** Of a request target, which may be a whole URL (RFC 9112, section 3.2.2). */
  public static RequestHead of(
      CharSequence method,
      CharSequence target,
      Iterable<Map.Entry<CharSequence, CharSequence>> headers) {
    return new RequestHead(method.toString(), path(target.toString()), headers);
  }

  private static String path(String target) {
    int from = 0;
    if (!target.startsWith("/")) {
      int scheme = target.indexOf("://");
      int slash = scheme < 0 ? -1 : target.indexOf('/', scheme + 3);
      from = Math.max(slash, 0);
    }
    int query = target.indexOf('?', from);
    return query < 0 ? target.substring(from) : target.substring(from, query);
  }

  /** Whether there is such a header. */
  public boolean has(AsciiString name) {
    for (Map.Entry<CharSequence, CharSequence> header : headers) {
      if (name.contentEqualsIgnoreCase(header.getKey())) {
        return true;
      }
    }
    return false;
  }
}
