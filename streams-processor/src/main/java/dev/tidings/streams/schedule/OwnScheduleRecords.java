package dev.tidings.streams.schedule;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Tells the records that one timetable has written to its topic from those of earlier owners of its
 * task: they may be the same otherwise, if it has read again what those had not committed.
 */
final class OwnScheduleRecords {
  private static final String HEADER = "tidings-timetable";

  private final byte[] timetable = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);

  /** Returns the headers of a record that is to be written. */
  Headers headers() {
    return new RecordHeaders().add(HEADER, timetable);
  }

  /** Whether a record that was read back is one of them. */
  boolean isOne(Record<byte[], byte[]> record) {
    Header header = record.headers().lastHeader(HEADER);
    return header != null && Arrays.equals(header.value(), timetable);
  }
}
