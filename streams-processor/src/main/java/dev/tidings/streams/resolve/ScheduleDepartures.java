package dev.tidings.streams.resolve;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import dev.tidings.streams.read.ReadResult;
import dev.tidings.streams.read.RegistrationReader.Destination;
import dev.tidings.streams.schedule.Departures;
import dev.tidings.streams.write.ResolveOutputs;
import dev.tidings.streams.write.ResolveOutputs.Source;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of what leaves the schedule: what is due is resolved as if it came now, and what
 * takes back a notification that is not scheduled goes to the device behind it. For the stream
 * thread alone.
 */
final class ScheduleDepartures implements Departures {
  private final RegistrationTable registrations;
  private final UnknownTokens unknown;
  private final ResolveOutputs outputs;
  private final Resolution resolution;

  /** Resolves a notification. */
  interface Resolution {
    void of(ReadResult.Valid valid, Record<byte[], byte[]> record, Source from, long timestamp);
  }

  ScheduleDepartures(
      RegistrationTable registrations,
      UnknownTokens unknown,
      ResolveOutputs outputs,
      Resolution resolution) {
    this.registrations = registrations;
    this.unknown = unknown;
    this.outputs = outputs;
    this.resolution = resolution;
  }

  @Override
  public void due(
      ReadResult.Valid valid, Record<byte[], byte[]> record, Source from, long timestamp) {
    resolution.of(valid, record, from, timestamp);
  }

  @Override
  public void withdraw(
      NotificationId withdrawn,
      Notification withdrawal,
      Token token,
      Record<byte[], byte[]> record,
      Source from) {
    Bytes key = Bytes.wrap(token.key());
    @Nullable Destination destination = registrations.find(key);
    if (destination == null || destination.current() != null) {
      // Whatever was sent to it, it is of no device now; and an address is sent nothing itself.
      return;
    }
    if (unknown.hasOf(key)) {
      unknown.release(key);
    }
    if (destination.app().equals(withdrawal.getApp())) {
      outputs.withdraw(withdrawn, withdrawal, token, destination.device(), record.timestamp());
    } else {
      String app = withdrawal.getApp();
      outputs.deadLetter(
          record, from, "app: " + app + " (expected: the app the device token was made for)");
    }
  }
}
