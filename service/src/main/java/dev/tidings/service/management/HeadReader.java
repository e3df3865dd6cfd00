package dev.tidings.service.management;

import dev.tidings.service.management.ManagementResponse.Status;
import dev.tidings.service.management.RequestHead.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Reads request heads of limited size from a connection. Not thread-safe. */
final class HeadReader {
  private static final int MAX_LINE_BYTES = 4 * 1024;
  private static final int MAX_HEAD_BYTES = 8 * 1024;
  private static final String HEAD = "HEAD ";

  private final InputStream in;
  private final Runnable begun;
  private boolean head;

  /**
   * Creates a reader.
   *
   * @param in the connection's stream, buffered
   * @param begun called at the first byte of each head
   */
  HeadReader(InputStream in, Runnable begun) {
    this.in = in;
    this.begun = begun;
  }

  /** Whether the request that was read last, or begun, is HEAD. */
  boolean isHead() {
    return head;
  }

  /** Returns the lines of the next head; empty if the client has closed its side. */
  List<String> next() throws IOException, Refused {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    head = false;
    for (int read = 0; ; read++) {
      int c = in.read();
      if (c < 0) {
        return List.of();
      }
      if (read == 0) {
        begun.run();
      }
      if (read == MAX_HEAD_BYTES) {
        throw new Refused(Status.HEADERS_TOO_LARGE, "header fields too large");
      }
      if (c != '\n') {
        if (lines.isEmpty() && line.length() == MAX_LINE_BYTES) {
          throw new Refused(Status.URI_TOO_LONG, "request line too long");
        }
        line.append((char) c);
        head |= lines.isEmpty() && line.length() == HEAD.length() && line.indexOf(HEAD) == 0;
        continue;
      }
      if (!line.isEmpty() && line.charAt(line.length() - 1) == '\r') {
        line.setLength(line.length() - 1);
      }
      if (!line.isEmpty()) {
        lines.add(line.toString());
        line.setLength(0);
      } else if (!lines.isEmpty()) {
        return lines;
      }
      // An empty line before a head is skipped (RFC 9112, section 2.2).
    }
  }
}
