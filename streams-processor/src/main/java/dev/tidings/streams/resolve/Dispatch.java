package dev.tidings.streams.resolve;

import dev.tidings.schemas.avro.Outcome;
import dev.tidings.streams.read.ReadResult;
import dev.tidings.streams.read.RegistrationReader.Destination;
import dev.tidings.streams.write.ResolveOutputs;
import java.time.InstantSource;

/**
 * Writes what becomes of a notification that could be read: a delivery to the device of its token,
 * or an end and its receipt.
 */
final class Dispatch {
  private final ResolveOutputs outputs;
  private final InstantSource clock;

  Dispatch(ResolveOutputs outputs, InstantSource clock) {
    this.outputs = outputs;
    this.clock = clock;
  }

  /** Sends the notification to the device, unless it has expired or is for another app. */
  void deliver(ReadResult.Valid valid, Destination destination, long timestamp) {
    if (isOver(valid, timestamp)) {
      return;
    }
    if (!destination.app().equals(valid.app().value())) {
      outputs.end(
          valid,
          timestamp,
          Outcome.REJECTED,
          "app: " + valid.app() + " (expected: the app the device token was made for)");
      return;
    }
    outputs.deliver(valid, destination.device(), timestamp);
  }

  /** Ends the notification if it has expired, and returns whether it has. */
  boolean isOver(ReadResult.Valid valid, long timestamp) {
    if (!valid.expiration().hasPassed(clock.millis())) {
      return false;
    }
    outputs.end(valid, timestamp, Outcome.EXPIRED, "expired before it was resolved");
    return true;
  }

  /** Ends the notification because its token is of no device. */
  void unregistered(ReadResult.Valid valid, long timestamp) {
    outputs.end(
        valid,
        timestamp,
        Outcome.UNREGISTERED,
        "token: unknown or revoked (expected: of a registered device)");
  }
}
