package dev.tidings.ingest.send.post;

import dev.tidings.http.Request;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.AsciiString;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The media type of the body of a request. */
enum MediaType {
  /** One notification. */
  JSON,
  /** Many, each in a line of its own. */
  LINES,
  /** Nothing that is understood. */
  OTHER;

  /** All that are understood, as a field of an answer names them. */
  static final AsciiString ACCEPTED =
      AsciiString.cached("application/json, application/x-ndjson, application/jsonl");

  /** Returns that of a request. */
  static MediaType of(Request head) {
    @Nullable String coding = head.header(HttpHeaderNames.CONTENT_ENCODING);
    @Nullable String text = head.header(HttpHeaderNames.CONTENT_TYPE);
    if (text == null || (coding != null && !coding.equalsIgnoreCase("identity"))) {
      return OTHER;
    }
    int parameters = text.indexOf(';');
    String type = parameters < 0 ? text : text.substring(0, parameters);
    return switch (type.strip().toLowerCase(Locale.ROOT)) {
      case "application/json" -> JSON;
      case "application/x-ndjson", "application/jsonl" -> LINES;
      default -> OTHER;
    };
  }
}
