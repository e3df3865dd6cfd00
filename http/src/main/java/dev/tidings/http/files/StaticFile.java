package dev.tidings.http.files;

import dev.tidings.http.BodyWriter;
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
import org.jspecify.annotations.Nullable;

/** A file that is served, and its responses. A large one is streamed. Immutable. */
final class StaticFile {
  private static final AsciiString X_CONTENT_TYPE_OPTIONS =
      AsciiString.cached("x-content-type-options");
  private static final AsciiString NOSNIFF = AsciiString.cached("nosniff");

  private static final AsciiString CONTENT_SECURITY_POLICY =
      AsciiString.cached("content-security-policy");
  private static final AsciiString REFERRER_POLICY = AsciiString.cached("referrer-policy");
  private static final AsciiString NO_REFERRER = AsciiString.cached("no-referrer");
  private static final AsciiString OPENER_POLICY = AsciiString.cached("cross-origin-opener-policy");
  private static final AsciiString SAME_ORIGIN = AsciiString.cached("same-origin");

  /** A year, as RFC 9111 advises at most. */
  private static final AsciiString UNCHANGING =
      AsciiString.cached("public, max-age=31536000, immutable");

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

  private final String name;
  private final byte[] bytes;
  private final AsciiString etag;
  private final Response whole;
  private final Response notModified;

  private StaticFile(String name, byte[] bytes, AsciiString etag, FileRules rules) {
    this.name = name;
    this.bytes = bytes;
    this.etag = etag;
    // The client asks each time whether its copy is still right where names stay, and files change.
    AsciiString kept =
        rules.unchanging().test(name) ? UNCHANGING : AsciiString.of(HttpHeaderValues.NO_CACHE);
    this.whole =
        Response.of(
            HttpResponseStatus.OK,
            bytes,
            HttpHeaderNames.CONTENT_TYPE,
            type(name),
            HttpHeaderNames.ETAG,
            etag,
            HttpHeaderNames.CACHE_CONTROL,
            kept,
            X_CONTENT_TYPE_OPTIONS,
            NOSNIFF,
            REFERRER_POLICY,
            NO_REFERRER,
            OPENER_POLICY,
            SAME_ORIGIN,
            CONTENT_SECURITY_POLICY,
            rules.policy());
    // With the policy of now: the client's copy may have come with another one.
    this.notModified =
        Response.of(
            HttpResponseStatus.NOT_MODIFIED,
            HttpHeaderNames.ETAG,
            etag,
            HttpHeaderNames.CACHE_CONTROL,
            kept,
            CONTENT_SECURITY_POLICY,
            rules.policy());
  }

  static StaticFile of(String name, byte[] bytes, FileRules rules) {
    return new StaticFile(name, bytes, AsciiString.of(etag(bytes)), rules);
  }

  /** The same under other rules. */
  StaticFile under(FileRules rules) {
    return new StaticFile(name, bytes, etag, rules);
  }

  private static AsciiString type(String name) {
    String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return AsciiString.of(TYPES.getOrDefault(extension, OTHER));
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
  Response response(@Nullable String known) {
    if (known != null && matches(known)) {
      return notModified;
    }
    return bytes.length <= BodyWriter.MAX_PART_BYTES
        ? whole
        : StreamingResponse.of(HttpResponseStatus.OK, new Parts(bytes), whole.fields());
  }

  /** Whether the client has this version: RFC 9110, section 13.1.2. */
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
