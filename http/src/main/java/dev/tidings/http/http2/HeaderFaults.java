package dev.tidings.http.http2;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Headers.PseudoHeaderName;
import io.netty.util.AsciiString;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds what makes a request malformed in HTTP/2, beyond what Netty sees (RFC 9113, section 8). */
final class HeaderFaults {
  private static final AsciiString PROTOCOL = PseudoHeaderName.PROTOCOL.value();
  private static final int HOST_LENGTH = HttpHeaderNames.HOST.length();

  private HeaderFaults() {}

  /** The first fault of a request; null if there is none. */
  static @Nullable String of(Http2Headers headers) {
    CharSequence host = null;
    for (Map.Entry<CharSequence, CharSequence> header : headers) {
      CharSequence name = header.getKey();
      CharSequence value = header.getValue();
      int length = value.length();
      if (length > 0 && (isBlank(value.charAt(0)) || isBlank(value.charAt(length - 1)))) {
        return name + ": a value with a blank at an end (section 8.2.1)";
      }
      if (name.length() == HOST_LENGTH && HttpHeaderNames.HOST.contentEquals(name)) {
        if (host != null) {
          return "host: twice";
        }
        host = value;
      } else if (name.length() == PROTOCOL.length() && PROTOCOL.contentEquals(name)) {
        return ":protocol: not understood here (section 8.3)";
      }
    }
    return target(headers, host);
  }

  private static @Nullable String target(Http2Headers headers, @Nullable CharSequence host) {
    CharSequence authority = headers.authority();
    if (authority != null) {
      if (host != null && !AsciiString.contentEqualsIgnoreCase(authority, host)) {
        return "host: another than :authority (section 8.3.1)";
      }
      if (AsciiString.contains(authority, "@")) {
        return ":authority: with userinfo (section 8.3.1)";
      }
    }
    CharSequence path = headers.path();
    if (path != null && path.charAt(0) != '/' && !AsciiString.contentEquals("*", path)) {
      return ":path: not absolute (section 8.3.1)";
    }
    return null;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}
