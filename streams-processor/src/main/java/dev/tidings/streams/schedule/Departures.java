package dev.tidings.streams.schedule;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import dev.tidings.streams.read.ReadResult;
import dev.tidings.streams.write.ResolveOutputs.Source;
import org.apache.kafka.streams.processor.api.Record;

/** Receives the entries that leave a timetable. */
public interface Departures {
  /** Sends a notification whose time has come. */
  void due(ReadResult.Valid valid, Record<byte[], byte[]> record, Source from, long timestamp);

  /**
   * Passes a withdrawal on, because the notification may be under way, or with its device.
   *
   * @param withdrawal its own record, as far as it can be read
   * @param record from which it was read
   */
  void withdraw(
      NotificationId withdrawn,
      Notification withdrawal,
      Token token,
      Record<byte[], byte[]> record,
      Source from);
}
