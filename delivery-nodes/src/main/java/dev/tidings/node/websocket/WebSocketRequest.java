package dev.tidings.node.websocket;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Checks whether a request opens a WebSocket on {@code /mqtt}: RFC 6455, section 4.2.1. */
final class WebSocketRequest {
  static final String PATH = "/mqtt";
  static final String SUBPROTOCOL = "mqtt";

  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final String VERSION = "13";
  private static final int KEY_BYTES = 16;
  private static final int KEY_LENGTH = 24;
  private static final HttpResponseStatus BAD = HttpResponseStatus.BAD_REQUEST;

  private final WebSocketOrigins origins;

  WebSocketRequest(WebSocketOrigins origins) {
    this.origins = origins;
  }

  sealed interface Outcome permits Granted, Refused {}

  /**
   * @param accept the response to the key, which proves that it was read
   * @param subprotocol whether the client offers MQTT's
   */
  record Granted(String accept, boolean subprotocol) implements Outcome {}

  /**
   * @param headers to send with the status
   */
  record Refused(HttpResponseStatus status, String why, Map<AsciiString, String> headers)
      implements Outcome {
    Refused(HttpResponseStatus status, String why) {
      this(status, why, Map.of());
    }
  }

  Outcome check(HttpRequest request) {
    if (request.decoderResult().isFailure()) {
      return malformed(request.decoderResult().cause());
    }
    HttpHeaders headers = request.headers();
    HttpVersion version = request.protocolVersion();
    if (version.majorVersion() != 1) {
      return new Refused(
          HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED, "version: another (expected: HTTP/1.1)");
    }
    if (version.minorVersion() == 0) {
      return new Refused(BAD, "version: HTTP/1.0 (expected: HTTP/1.1)");
    }
    List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
    Optional<String> host =
        hosts.size() == 1 ? WebSocketOrigins.host(hosts.getFirst()) : Optional.empty();
    if (host.isEmpty()) {
      return new Refused(BAD, "host: none, several or malformed (expected: one)");
    }
    if (!path(request.uri()).equals(PATH)) {
      return new Refused(HttpResponseStatus.NOT_FOUND, "path: another (expected: " + PATH + ")");
    }
    if (!request.method().equals(HttpMethod.GET)) {
      return new Refused(
          HttpResponseStatus.METHOD_NOT_ALLOWED,
          "method: another (expected: GET)",
          Map.of(HttpHeaderNames.ALLOW, "GET"));
    }
    if (headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
        || headers.getAll(HttpHeaderNames.CONTENT_LENGTH).stream()
            .anyMatch(length -> !length.equals("0"))) {
      return new Refused(BAD, "body: one (expected: none)");
    }
    return handshake(headers, host.get());
  }

  private Outcome handshake(HttpHeaders headers, String host) {
    if (!has(headers, HttpHeaderNames.UPGRADE, "websocket")) {
      return new Refused(
          HttpResponseStatus.UPGRADE_REQUIRED,
          "upgrade: none (expected: websocket)",
          Map.of(HttpHeaderNames.UPGRADE, "websocket"));
    }
    if (!has(headers, HttpHeaderNames.CONNECTION, "upgrade")) {
      return new Refused(BAD, "connection: no upgrade (expected: upgrade)");
    }
    List<String> versions = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_VERSION);
    if (versions.size() != 1 || !versions.getFirst().equals(VERSION)) {
      return new Refused(
          versions.size() == 1 ? HttpResponseStatus.UPGRADE_REQUIRED : BAD,
          "sec-websocket-version: another (expected: 13, once)",
          Map.of(
              HttpHeaderNames.UPGRADE,
              "websocket",
              HttpHeaderNames.SEC_WEBSOCKET_VERSION,
              VERSION));
    }
    List<String> keys = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_KEY);
    if (keys.size() != 1 || !isKey(keys.getFirst())) {
      return new Refused(BAD, "sec-websocket-key: another (expected: 16 bytes in Base64, once)");
    }
    List<String> origin = headers.getAll(HttpHeaderNames.ORIGIN);
    if (origin.size() > 1) {
      return new Refused(BAD, "origin: several (expected: at most one)");
    }
    if (!origin.isEmpty() && !origins.allows(origin.getFirst(), host)) {
      return new Refused(
          HttpResponseStatus.FORBIDDEN, "origin: not allowed (expected: one of mqtt.ws.origins)");
    }
    return new Granted(
        accept(keys.getFirst()),
        tokens(headers, HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL).anyMatch(SUBPROTOCOL::equals));
  }

  private static Refused malformed(Throwable cause) {
    return switch (cause) {
      case TooLongHttpLineException _ ->
          new Refused(HttpResponseStatus.REQUEST_URI_TOO_LONG, "request line: too long");
      case TooLongHttpHeaderException _ ->
          new Refused(HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "headers: too large");
      default -> new Refused(BAD, "request: malformed");
    };
  }

  /**
   * Returns the path of a target in origin form or absolute form (RFC 9112, section 3.2), without
   * the query.
   */
  private static String path(String target) {
    int start = 0;
    int scheme = target.indexOf("://");
    if (!target.startsWith("/") && scheme > 0) {
      start = target.indexOf('/', scheme + 3);
      if (start < 0) {
        return "/";
      }
    }
    int query = target.indexOf('?', start);
    return target.substring(start, query < 0 ? target.length() : query);
  }

  private static boolean has(HttpHeaders headers, AsciiString name, String token) {
    return tokens(headers, name).anyMatch(token::equalsIgnoreCase);
  }

  /** Returns the tokens of a list, which may span several header lines. */
  private static Stream<String> tokens(HttpHeaders headers, AsciiString name) {
    return headers.getAll(name).stream()
        .flatMap(line -> Stream.of(line.split(",", -1)))
        .map(String::strip);
  }

  private static boolean isKey(String key) {
    if (key.length() != KEY_LENGTH) {
      return false;
    }
    try {
      return Base64.getDecoder().decode(key).length == KEY_BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String accept(String key) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1")
              .digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-1: none (expected: in every JDK)", e);
    }
  }
}
