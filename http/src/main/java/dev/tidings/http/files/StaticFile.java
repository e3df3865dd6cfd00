package dev.tidings.http.files;

import dev.tidings.http.BodyWriter;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.ResponseSource;
import dev.tidings.http.StreamingResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;

/** A file that is served, and its responses. A large one is streamed. Immutable. */
final class StaticFile {
  private static final AsciiString X_CONTENT_TYPE_OPTIONS =
      AsciiString.cached("x-content-type-options");
  private static final AsciiString NOSNIFF = AsciiString.cached("nosniff");

  private static final AsciiString CONTENT_SECURITY_POLICY =
      AsciiString.cached("content-security-policy");

  /** Nothing but what comes from here, and no page of others around it. */
  private static final AsciiString POLICY =
      AsciiString.cached(
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src"
              + " 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action"
              + " 'none'; frame-ancestors 'none'");

  private static final String OTHER = "application/octet-stream";
  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("css", "text/css; charset=utf-8"),
          Map.entry("html", "text/html; charset=utf-8"),
          Map.entry("ico", "image/x-icon"),
          Map.entry("js", "text/javascript; charset=utf-8"),
          Map.entry("json", "application/json"),
          Map.entry("map", "application/json"),
          Map.entry("mjs", "text/javascript; charset=utf-8"),
          Map.entry("png", "image/png"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("txt", "text/plain; charset=utf-8"),
          Map.entry("wasm", "application/wasm"),
          Map.entry("webmanifest", "application/manifest+json"),
          Map.entry("woff2", "font/woff2"));

  /** As much of the digest as tells versions apart. */
  private static final int ETAG_BYTES = 16;

  private final byte[] bytes;
  private final AsciiString etag;
  private final Response whole;
  private final Response notModified;

  private StaticFile(byte[] bytes, AsciiString etag, AsciiString type) {
    this.bytes = bytes;
    this.etag = etag;
    // The client asks each time whether its copy is still right: names stay, and files change.
    this.whole =
        Response.of(
            HttpResponseStatus.OK,
            bytes,
            HttpHeaderNames.CONTENT_TYPE,
            type,
            HttpHeaderNames.ETAG,
            etag,
            HttpHeaderNames.CACHE_CONTROL,
            HttpHeaderValues.NO_CACHE,
            X_CONTENT_TYPE_OPTIONS,
            NOSNIFF,
            CONTENT_SECURITY_POLICY,
            POLICY);
    this.notModified =
        Response.of(
            HttpResponseStatus.NOT_MODIFIED,
            HttpHeaderNames.ETAG,
            etag,
            HttpHeaderNames.CACHE_CONTROL,
            HttpHeaderValues.NO_CACHE);
  }

  static StaticFile of(String name, byte[] bytes) {
    String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return new StaticFile(
        bytes, AsciiString.of(etag(bytes)), AsciiString.of(TYPES.getOrDefault(extension, OTHER)));
  }

  private static String etag(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return '"' + HexFormat.of().formatHex(digest, 0, ETAG_BYTES) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The response to GET; to HEAD, too, of which the connection leaves out the body. */
  Response response(Request request) {
    if (isKnown(request)) {
      return notModified;
    }
    return bytes.length <= BodyWriter.MAX_PART_BYTES
        ? whole
        : StreamingResponse.of(HttpResponseStatus.OK, new Parts(bytes), whole.fields());
  }

  /** Whether the client has this version: RFC 9110, section 13.1.2. */
  private boolean isKnown(Request request) {
    for (Map.Entry<CharSequence, CharSequence> header : request.headers()) {
      if (HttpHeaderNames.IF_NONE_MATCH.contentEqualsIgnoreCase(header.getKey())
          && matches(header.getValue().toString())) {
        return true;
      }
    }
    return false;
  }

  private boolean matches(String tags) {
    for (String each : tags.split(",", -1)) {
      String tag = each.strip();
      if (tag.equals("*") || etag.contentEquals(tag.startsWith("W/") ? tag.substring(2) : tag)) {
        return true;
      }
    }
    return false;
  }

  /** The parts of a large one, for one response. */
  private static final class Parts implements ResponseSource {
    private final byte[] bytes;
    private int at;

    Parts(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public void produce(BodyWriter out) {
      while (out.isWritable() && at < bytes.length) {
        int end = Math.min(at + BodyWriter.MAX_PART_BYTES / 2, bytes.length);
        out.write(Arrays.copyOfRange(bytes, at, end));
        at = end;
      }
      if (at == bytes.length) {
        out.end();
      }
    }

    @Override
    public void cancelled() {
      // It holds nothing.
    }
  }
}
