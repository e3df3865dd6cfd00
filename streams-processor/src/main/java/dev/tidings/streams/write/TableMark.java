package dev.tidings.streams.write;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Determines up to which time a task's table is complete. What is missing in the table may be in a
 * part of its topic that has not been read yet. So a mark is appended to the topic, and when it has
 * been read, everything before it has been read too. A mark is a tombstone whose key is like no
 * other. Confined to the task's thread.
 */
public final class TableMark {
  private static final String HEADER = "tidings-mark";
  private static final byte KIND = 0;
  private static final long NEVER = Long.MIN_VALUE / 2;
  private static final int KEY_BYTES = 1 + Integer.BYTES;
  private static final long AGAIN_MILLIS = Duration.ofSeconds(10).toMillis();

  private final ProcessorContext<byte[], byte[]> context;
  private final String sink;
  private String session = newSession();
  private boolean underway;
  private long writtenAt;
  private long completeUntil = NEVER;

  /**
   * Creates the marks of one task's table.
   *
   * @param sink the sink that writes to the table's topic
   */
  public TableMark(ProcessorContext<byte[], byte[]> context, String sink) {
    this.context = context;
    this.sink = sink;
  }

  private static String newSession() {
    return UUID.randomUUID() + " ";
  }

  /**
   * Returns the time up to which the table is complete, in ms since the epoch. If the clock was set
   * back, earlier marks say nothing about the time since.
   */
  public long completeUntil(long now) {
    if (now < completeUntil || now < writtenAt) {
      session = newSession();
      underway = false;
      writtenAt = NEVER;
      completeUntil = NEVER;
    }
    return completeUntil;
  }

  /** Writes a mark, unless the last one is neither read nor old. */
  public void write(long now) {
    if (underway && now - writtenAt < AGAIN_MILLIS) {
      return;
    }
    underway = true;
    writtenAt = now;
    byte[] text = (session + now).getBytes(StandardCharsets.US_ASCII);
    byte[] key =
        ByteBuffer.allocate(KEY_BYTES).put(KIND).putInt(context.taskId().partition()).array();
    Headers headers = new RecordHeaders().add(HEADER, text);
    context.forward(new Record<>(key, null, now, headers), sink);
  }

  /**
   * Handles a record of the topic. Returns whether it is one of the marks written here, not
   * necessarily the last: if reading stays far behind, others have been written since.
   */
  public boolean isRead(Record<byte[], byte[]> record) {
    if (record.value() != null || !isKey(record.key())) {
      return false;
    }
    Header header = record.headers().lastHeader(HEADER);
    String text =
        header == null || header.value() == null
            ? ""
            : new String(header.value(), StandardCharsets.US_ASCII);
    if (!text.startsWith(session)) {
      return false;
    }
    long written;
    try {
      written = Long.parseLong(text.substring(session.length()));
    } catch (NumberFormatException e) {
      // Whoever reads the topic can make up one that begins like those.
      return false;
    }
    underway &= written != writtenAt;
    completeUntil = Math.max(completeUntil, written);
    return true;
  }

  /** Returns whether a record's key is that of a mark, here or elsewhere. */
  public static boolean isKey(byte @Nullable [] key) {
    return key != null && key.length == KEY_BYTES && key[0] == KIND;
  }

  /** Returns the partition of a mark, which its key names. */
  static int partition(byte[] key) {
    return ByteBuffer.wrap(key, 1, Integer.BYTES).getInt();
  }
}
