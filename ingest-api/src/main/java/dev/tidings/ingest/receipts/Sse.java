package dev.tidings.ingest.receipts;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes an event stream as browsers read it (WHATWG HTML, section 9.2). Everything written is
 * ASCII, and data has one line. Every event has an id, since some clients forget the last one when
 * an event comes without.
 */
final class Sse {
  /** What keeps proxies from closing the connection: clients ignore it. */
  static final byte[] HEARTBEAT = ascii(":\n\n");

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);

  /** How long clients wait before they connect again. */
  Sse retry(long millis) {
    return text("retry: " + millis + "\n\n");
  }

  Sse event(String name, String id, byte[] data) {
    text("event: " + name + "\nid: " + id + "\ndata: ");
    bytes.writeBytes(data);
    return text("\n\n");
  }

  /** One without an id if none is known. */
  Sse event(String name, @Nullable String id, String data) {
    return text("event: " + name + (id == null ? "" : "\nid: " + id) + "\ndata: " + data + "\n\n");
  }

  int size() {
    return bytes.size();
  }

  byte[] take() {
    byte[] taken = bytes.toByteArray();
    bytes.reset();
    return taken;
  }

  private Sse text(String text) {
    bytes.writeBytes(ascii(text));
    return this;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
