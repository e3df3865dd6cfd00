package dev.tidings.http.events;

import dev.tidings.http.Problem;
import io.netty.util.AsciiString;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes events as text that browsers read (WHATWG HTML, section 9.2). Everything but data is
 * ASCII, and data has one line. For one thread.
 */
public final class EventText {
  public static final AsciiString MEDIA_TYPE = AsciiString.cached("text/event-stream");

  /** What keeps proxies from closing the connection: clients ignore it. */
  public static final byte[] HEARTBEAT = ascii(":\n\n");

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);

  /** Adds how long clients wait before they connect again. */
  public EventText retry(long millis) {
    return text("retry: " + millis + "\n\n");
  }

  /**
   * Adds an event.
   *
   * @param id null if none is known: some clients forget the last one then
   * @param data one line
   */
  public EventText event(String name, @Nullable String id, byte[] data) {
    text("event: " + name + (id == null ? "" : "\nid: " + id) + "\ndata: ");
    bytes.writeBytes(data);
    return text("\n\n");
  }

  /** Adds an event whose data are ASCII. */
  public EventText event(String name, @Nullable String id, String data) {
    return event(name, id, ascii(data));
  }

  /** Adds the last event: why the stream ends. */
  public EventText end(@Nullable String id, Problem why) {
    return event("end", id, why.response().body());
  }

  /** How many bytes were added since the last {@link #take}. */
  public int size() {
    return bytes.size();
  }

  /** Returns what was added, and begins anew. */
  public byte[] take() {
    byte[] taken = bytes.toByteArray();
    bytes.reset();
    return taken;
  }

  private EventText text(String text) {
    bytes.writeBytes(ascii(text));
    return this;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
