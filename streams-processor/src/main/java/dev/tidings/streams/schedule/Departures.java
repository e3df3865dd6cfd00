package dev.tidings.streams.schedule;

import dev.tidings.schemas.value.NotificationId;
import dev.tidings.streams.read.ReadResult;
import dev.tidings.streams.write.ResolveOutputs.Source;
import org.apache.kafka.streams.processor.api.Record;

/** Receives the entries that leave a timetable. */
public interface Departures {
  /** Sends a notification whose time has come. */
  void due(ReadResult.Valid valid, Record<byte[], byte[]> record, Source from, long timestamp);

  /** Passes a withdrawal on, because the notification may be under way. */
  void withdraw(NotificationId withdrawn);
}
