package dev.tidings.streams.resolve;

import dev.tidings.streams.write.Sinks;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Determines up to which time the table of registrations is complete. A token that is missing in
 * the table may be in a part of the log that has not been read yet. So a mark is appended to the
 * topic, and when it has been read, everything before it has been read too. A mark is a tombstone
 * whose key is not a token. Confined to the task's thread.
 */
final class TableMark {
  private static final String HEADER = "tidings-mark";
  private static final byte KIND = 0;
  private static final int KEY_BYTES = 1 + Integer.BYTES;
  private static final long AGAIN_MILLIS = Duration.ofSeconds(10).toMillis();

  private final ProcessorContext<byte[], byte[]> context;
  private final String session = UUID.randomUUID().toString();
  private byte[] expected = new byte[0];
  private boolean underway;
  private long writtenAt;
  private long completeUntil = Long.MIN_VALUE / 2;

  TableMark(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
  }

  /** Returns the time up to which the table is complete, in ms since the epoch. */
  long completeUntil() {
    return completeUntil;
  }

  /** Writes a mark, unless the last one has not been read yet. */
  void write(long now) {
    boolean lost = now < writtenAt || now - writtenAt >= AGAIN_MILLIS;
    if (underway && !lost) {
      return;
    }
    underway = true;
    writtenAt = now;
    expected = (session + " " + now).getBytes(StandardCharsets.US_ASCII);
    byte[] key =
        ByteBuffer.allocate(KEY_BYTES).put(KIND).putInt(context.taskId().partition()).array();
    Headers headers = new RecordHeaders().add(HEADER, expected);
    context.forward(new Record<>(key, null, now, headers), Sinks.MARKS);
  }

  /**
   * Handles a record of the registrations. Returns whether it is the mark that was written last.
   */
  boolean isRead(Record<byte[], byte[]> record) {
    if (!underway || record.value() != null || !isKey(record.key())) {
      return false;
    }
    Header header = record.headers().lastHeader(HEADER);
    if (header == null || !Arrays.equals(header.value(), expected)) {
      return false;
    }
    underway = false;
    completeUntil = writtenAt;
    return true;
  }

  private static boolean isKey(byte[] key) {
    return key != null && key.length == KEY_BYTES && key[0] == KIND;
  }

  /** Returns a partitioner that sends a mark to the partition named in its key. */
  static StreamPartitioner<byte[], byte[]> partitioner() {
    return (topic, key, value, partitions) ->
        Optional.of(Set.of(ByteBuffer.wrap(key, 1, Integer.BYTES).getInt()));
  }
}
