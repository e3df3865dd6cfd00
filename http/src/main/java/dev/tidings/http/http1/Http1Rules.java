package dev.tidings.http.http1;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.AsciiString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What RFC 9112 asks of the head of a request. What it leaves open is refused where two readers
 * could see it differently, for that is how one request is made two.
 */
public final class Http1Rules {
  private static final AsciiString HIXIE_KEY = AsciiString.cached("sec-websocket-key1");

  /** What Netty's decoder calls the target of a request whose line it could not read. */
  private static final String UNREADABLE = "/bad-request";

  private Http1Rules() {}

  /** How a request is to be refused; null if nothing is wrong with it. */
  public static @Nullable HttpResponseStatus fault(HttpRequest request) {
    HttpHeaders headers = request.headers();
    if (request.decoderResult().isFailure()) {
      return unreadable(request.decoderResult().cause(), headers);
    }
    if (headers.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
      HttpResponseStatus coding = coding(headers.getAll(HttpHeaderNames.TRANSFER_ENCODING));
      if (coding != null) {
        return coding;
      }
    }
    // Of a draft of WebSocket; to Netty such a request has a body, to all others none.
    if (headers.contains(HIXIE_KEY)) {
      return HttpResponseStatus.BAD_REQUEST;
    }
    if (!isTarget(request.method(), request.uri()) || !isHost(request)) {
      return HttpResponseStatus.BAD_REQUEST;
    }
    String expected = headers.get(HttpHeaderNames.EXPECT);
    return expected == null
            || HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expected)
            || request.protocolVersion().equals(HttpVersion.HTTP_1_0)
        ? null
        : HttpResponseStatus.EXPECTATION_FAILED;
  }

  /** Null where it is not known what the client asked for: then Netty has a name of its own. */
  static @Nullable String path(@Nullable HttpRequest request) {
    String uri = request == null ? UNREADABLE : request.uri();
    return uri.startsWith("/") && !uri.equals(UNREADABLE) ? uri : null;
  }

  /** Whether the answer to a request has no body, as far as it was read; null if nothing was. */
  static boolean isHead(@Nullable HttpRequest request) {
    return request != null && request.method().equals(HttpMethod.HEAD);
  }

  /** Whether a request is refused because its head is too long. */
  static boolean isTooLong(HttpResponseStatus fault) {
    return fault.equals(HttpResponseStatus.REQUEST_URI_TOO_LONG)
        || fault.equals(HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE);
  }

  private static HttpResponseStatus unreadable(Throwable cause, HttpHeaders headers) {
    if (cause instanceof HttpFault fault) {
      return fault.status();
    }
    if (cause instanceof TooLongHttpLineException) {
      return HttpResponseStatus.REQUEST_URI_TOO_LONG;
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
    }
    HttpResponseStatus coding = coding(headers.getAll(HttpHeaderNames.TRANSFER_ENCODING));
    return coding == null ? HttpResponseStatus.BAD_REQUEST : coding;
  }

  /** Null if they are none, or chunked alone (RFC 9112, section 6.1). */
  private static @Nullable HttpResponseStatus coding(List<String> lines) {
    boolean chunked = false;
    boolean others = false;
    for (String line : lines) {
      for (String coding : line.split(",", -1)) {
        String name = coding.strip();
        // Behind chunked none may come, or nobody knows where the body ends: section 6.3.
        if (chunked || !isToken(name)) {
          return HttpResponseStatus.BAD_REQUEST;
        }
        chunked = name.equalsIgnoreCase("chunked");
        others |= !chunked;
      }
    }
    if (!others) {
      return null;
    }
    return chunked ? HttpResponseStatus.NOT_IMPLEMENTED : HttpResponseStatus.BAD_REQUEST;
  }

  /** Section 3.2: a path, a whole URL, or what the methods CONNECT and OPTIONS have. */
  private static boolean isTarget(HttpMethod method, String target) {
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c <= ' ' || c == 0x7f || c == '#') {
        return false;
      }
    }
    return target.startsWith("/")
        || target.regionMatches(true, 0, "http://", 0, "http://".length())
        || target.regionMatches(true, 0, "https://", 0, "https://".length())
        || (target.equals("*") && method.equals(HttpMethod.OPTIONS))
        || method.equals(HttpMethod.CONNECT);
  }

  private static boolean isHost(HttpRequest request) {
    List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
    if (hosts.isEmpty()) {
      return request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    }
    return hosts.size() == 1 && isHost(hosts.get(0));
  }

  /** A name or an address, and perhaps a port (RFC 3986, section 3.2.2). */
  private static boolean isHost(String host) {
    int end = host.length();
    int port = end;
    while (port > 0 && isDigit(host.charAt(port - 1))) {
      port--;
    }
    if (port > 0 && host.charAt(port - 1) == ':') {
      end = port - 1;
    }
    if (host.startsWith("[")) {
      return end > 2 && host.charAt(end - 1) == ']' && isAddress(host, 1, end - 1);
    }
    for (int i = 0; i < end; i++) {
      char c = host.charAt(i);
      if (!isAlphanumeric(c) && "-._~%!$&'()*+,;=".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isAddress(String host, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = host.charAt(i);
      if (!isAlphanumeric(c) && c != ':' && c != '.' && c != '%') {
        return false;
      }
    }
    return true;
  }

  private static boolean isToken(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!isAlphanumeric(c) && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  private static boolean isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
