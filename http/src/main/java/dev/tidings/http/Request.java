package dev.tidings.http;

import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.AsciiString;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request: all that comes before its body. It is read in place: whoever wants to keep
 * something copies it.
 *
 * @param path without the query; percent-encoding as it came
 * @param query behind the question mark; null where there is none
 * @param headers in HTTP/1.1 with names in whatever case the client chose, in HTTP/2 with the
 *     pseudo headers among them
 */
public record Request(
    String method,
    String path,
    @Nullable String query,
    Iterable<Map.Entry<CharSequence, CharSequence>> headers) {

  /** Of a request target, which may be a whole URL (RFC 9112, section 3.2.2). */
  public static Request of(
      CharSequence method,
      CharSequence target,
      Iterable<Map.Entry<CharSequence, CharSequence>> headers) {
    String text = target.toString();
    int from = from(text);
    int query = text.indexOf('?', from);
    return query < 0
        ? new Request(method.toString(), text.substring(from), null, headers)
        : new Request(
            method.toString(), text.substring(from, query), text.substring(query + 1), headers);
  }

  /** Of a request in HTTP/1.1. */
  public static Request of(HttpRequest request) {
    return of(
        request.method().asciiName(),
        request.uri(),
        () -> request.headers().iteratorCharSequence());
  }

  private static int from(String target) {
    int from = 0;
    if (!target.startsWith("/")) {
      int scheme = target.indexOf("://");
      int slash = scheme < 0 ? -1 : target.indexOf('/', scheme + 3);
      from = Math.max(slash, 0);
    }
    return from;
  }

  /** The first header of this name; null if there is none. */
  public @Nullable String header(AsciiString name) {
    for (Map.Entry<CharSequence, CharSequence> header : headers) {
      if (name.contentEqualsIgnoreCase(header.getKey())) {
        return header.getValue().toString();
      }
    }
    return null;
  }
}
