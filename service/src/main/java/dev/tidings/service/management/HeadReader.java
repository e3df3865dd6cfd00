package dev.tidings.service.management;

import dev.tidings.service.management.Answer.Status;
import dev.tidings.service.management.Request.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Reads heads of requests from a connection, up to a size. For one thread. */
final class HeadReader {
  private static final int MAX_LINE_BYTES = 4 * 1024;
  private static final int MAX_HEAD_BYTES = 8 * 1024;

  private final InputStream in;
  private final Runnable begun;

  /**
   * A reader.
   *
   * @param in buffered
   * @param begun is told of the first byte of each head
   */
  HeadReader(InputStream in, Runnable begun) {
    this.in = in;
    this.begun = begun;
  }

  /** The lines of the next head; empty if the client has ended. */
  List<String> next() throws IOException, Refused {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
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
      // An empty line in front of a head is passed over (RFC 9112, section 2.2).
    }
  }
}
