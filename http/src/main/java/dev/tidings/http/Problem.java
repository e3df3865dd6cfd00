package dev.tidings.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The description of an error, as JSON for programs (RFC 9457). Immutable.
 *
 * @param type a URI that identifies the kind of problem; null where the status says it all
 * @param title a summary that is the same for all problems of the type
 * @param detail what is particular to this one; null for nothing
 * @param extensions further members, by their names
 */
public record Problem(
    HttpResponseStatus status,
    @Nullable String type,
    String title,
    @Nullable String detail,
    Map<String, String> extensions) {
  /** The media type. */
  public static final AsciiString MEDIA_TYPE = AsciiString.cached("application/problem+json");

  /** Responses to what no service has seen, or at which one failed, as problems. */
  public static final ErrorResponses RESPONSES = new ErrorProblems();

  /** The type of a problem of which its status says everything (RFC 9457, section 4.2.1). */
  public static final String BLANK = "about:blank";

  private static final Set<String> RESERVED =
      Set.of("type", "title", "status", "detail", "instance");
  private static final int FIRST_PRINTABLE = 0x20;

  public Problem {
    for (String name : extensions.keySet()) {
      if (RESERVED.contains(name)) {
        throw new IllegalArgumentException(
            "member: " + name + " (expected: none of those that RFC 9457 defines)");
      }
    }
    // In the order in which they were given.
    extensions = Collections.unmodifiableMap(new LinkedHashMap<>(extensions));
  }

  /** One without a type of its own: its title is the status' (section 4.2.1). */
  public static Problem of(HttpResponseStatus status, @Nullable String detail) {
    return new Problem(status, null, status.reasonPhrase(), detail, Map.of());
  }

  /** What no service has seen, for it is no request. */
  public static Problem malformed(HttpResponseStatus status) {
    return of(status, ErrorProblems.detail(status));
  }

  /**
   * A response with it.
   *
   * @param fields further fields, each name followed by its value
   */
  public Response response(AsciiString... fields) {
    AsciiString[] all = new AsciiString[fields.length + 2];
    all[0] = HttpHeaderNames.CONTENT_TYPE;
    all[1] = MEDIA_TYPE;
    System.arraycopy(fields, 0, all, 2, fields.length);
    return Response.of(status, json().getBytes(StandardCharsets.UTF_8), all);
  }

  private String json() {
    StringBuilder json = new StringBuilder("{");
    member(json, "type", type == null ? BLANK : type);
    member(json, "title", title);
    json.append(",\"status\":").append(status.code());
    if (detail != null) {
      member(json, "detail", detail);
    }
    extensions.forEach((name, value) -> member(json, name, value));
    return json.append('}').toString();
  }

  private static void member(StringBuilder json, String name, String value) {
    if (json.length() > 1) {
      json.append(',');
    }
    quote(json, name);
    json.append(':');
    quote(json, value);
  }

  private static void quote(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < FIRST_PRINTABLE) {
        json.append(String.format("\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }

  private static final class ErrorProblems implements ErrorResponses {
    @Override
    public Response malformed(HttpResponseStatus status) {
      return Problem.malformed(status).response();
    }

    @Override
    public Response failed() {
      return of(HttpResponseStatus.INTERNAL_SERVER_ERROR, "unexpected: see this node's log")
          .response();
    }

    private static String detail(HttpResponseStatus status) {
      return switch (status.code()) {
        case 408 -> "request: not complete in time (expected: all of it within request.timeout)";
        case 414 -> "request line: too long (expected: at most 4096 bytes)";
        case 417 -> "expect: not understood (expected: 100-continue, or none)";
        case 431 -> "header fields: too long (expected: at most 8192 bytes in all)";
        case 501 -> "transfer-encoding: not understood (expected: chunked, or none)";
        default -> "request: malformed (expected: one as RFC 9112 describes it)";
      };
    }
  }
}
