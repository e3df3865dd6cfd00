package dev.tidings.service.management;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * An HTTP/1.1 response.
 *
 * @param allow the value of the Allow field; empty if there is none
 */
record ManagementResponse(Status status, String type, String allow, String body) {
  private static final String JSON = "application/json";

  /** RFC 9110, section 5.6.7. */
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  /** The status codes in use. */
  enum Status {
    OK(200, "OK"),
    BAD_REQUEST(400, "Bad Request"),
    NOT_FOUND(404, "Not Found"),
    METHOD_NOT_ALLOWED(405, "Method Not Allowed"),
    URI_TOO_LONG(414, "URI Too Long"),
    HEADERS_TOO_LARGE(431, "Request Header Fields Too Large"),
    INTERNAL_ERROR(500, "Internal Server Error"),
    NOT_IMPLEMENTED(501, "Not Implemented"),
    UNAVAILABLE(503, "Service Unavailable"),
    VERSION_NOT_SUPPORTED(505, "HTTP Version Not Supported");

    private final int code;
    private final String reason;

    Status(int code, String reason) {
      this.code = code;
      this.reason = reason;
    }
  }

  static ManagementResponse json(Status status, String body) {
    return new ManagementResponse(status, JSON, "", body);
  }

  static ManagementResponse error(Status status, String message) {
    return json(status, "{\"error\":\"" + message + "\"}");
  }

  /**
   * Writes the response.
   *
   * @param now when it is made
   * @param bodiless whether only the head is sent (HEAD)
   * @param last whether the connection is closed after it
   */
  void write(OutputStream out, Instant now, boolean bodiless, boolean last) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    StringBuilder head = new StringBuilder(256);
    head.append("HTTP/1.1 ").append(status.code).append(' ').append(status.reason).append("\r\n");
    field(head, "Date", DATE.format(now));
    field(head, "Content-Type", type);
    field(head, "Content-Length", String.valueOf(bytes.length));
    if (!allow.isEmpty()) {
      field(head, "Allow", allow);
    }
    if (last) {
      field(head, "Connection", "close");
    }
    out.write(head.append("\r\n").toString().getBytes(US_ASCII));
    if (!bodiless) {
      out.write(bytes);
    }
    out.flush();
  }

  private static void field(StringBuilder head, String name, String value) {
    head.append(name).append(": ").append(value).append("\r\n");
  }
}
