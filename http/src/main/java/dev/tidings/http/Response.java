package dev.tidings.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.util.Arrays;

/** A response, whole or streaming. Immutable, as long as nobody changes the arrays. */
public sealed class Response permits StreamingResponse {
  private static final byte[] NOTHING = {};

  private final HttpResponseStatus status;
  private final byte[] body;
  private final AsciiString[] fields;

  Response(HttpResponseStatus status, byte[] body, AsciiString[] fields) {
    this.status = status;
    this.body = body;
    this.fields = fields;
  }

  /**
   * A response; the arrays are its own from now on.
   *
   * @param body empty for none
   * @param fields names in lower case, each followed by its value; without content-length
   */
  public static Response of(HttpResponseStatus status, byte[] body, AsciiString... fields) {
    if (fields.length % 2 != 0) {
      throw new IllegalArgumentException(
          "fields: " + fields.length + " (expected: a value for each name)");
    }
    return new Response(status, body, fields);
  }

  /** A response without a body. */
  public static Response of(HttpResponseStatus status, AsciiString... fields) {
    return of(status, NOTHING, fields);
  }

  /**
   * The same with further fields.
   *
   * @param further names in lower case, each followed by its value
   */
  public Response with(AsciiString... further) {
    return new Response(status, body, fieldsWith(further));
  }

  final AsciiString[] fieldsWith(AsciiString... further) {
    AsciiString[] more = Arrays.copyOf(fields, fields.length + further.length);
    System.arraycopy(further, 0, more, fields.length, further.length);
    return more;
  }

  public final HttpResponseStatus status() {
    return status;
  }

  /** Not to be changed. */
  public final byte[] body() {
    return body;
  }

  /** Names and values; not to be changed. */
  public final AsciiString[] fields() {
    return fields;
  }
}
