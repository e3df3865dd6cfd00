package dev.tidings.streams.resolve;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.Token;
import dev.tidings.streams.cap.CapGate;
import dev.tidings.streams.cap.DailyCounts;
import dev.tidings.streams.read.ReadResult;
import dev.tidings.streams.read.RegistrationReader.Destination;
import dev.tidings.streams.schedule.Timetable;
import dev.tidings.streams.step.StepContext;
import dev.tidings.streams.write.ResolveOutputs;
import dev.tidings.streams.write.ResolveOutputs.Source;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Writes what becomes of a notification that could be read: a delivery to the device of its token,
 * an entry of the schedule until the device's clock says so, or an end and its receipt. What has to
 * wait is counted when it is sent, on the day that it is then.
 */
final class Dispatch {
  private final ResolveOutputs outputs;
  private final CapGate caps;
  private final InstantSource clock;
  private final Supplier<Timetable> timetable;

  /**
   * @param task whose table of what devices were sent today is used
   * @param timetable of the task, known once its first record comes
   */
  Dispatch(
      StepContext stepContext,
      ProcessorContext<byte[], byte[]> task,
      ResolveOutputs outputs,
      Supplier<Timetable> timetable) {
    this.outputs = outputs;
    this.clock = stepContext.clock();
    this.caps =
        new CapGate(
            stepContext.caps(),
            new DailyCounts(task.getStateStore(stepContext.countsStore())),
            clock);
    this.timetable = timetable;
  }

  /** Forgets what devices were sent on days that are over: called again and again. */
  void forgetPast() {
    caps.forgetPast();
  }

  /**
   * Sends the notification to the device, unless it has expired or is for another app; or puts it
   * into the schedule, if it has to wait for a time of the device's. One that was sent to the
   * device's address goes on to the token that is found there, by way of the log: that may be read
   * by another task.
   */
  void deliver(ReadResult.Valid valid, Destination destination, long timestamp) {
    if (isOver(valid, timestamp) || isOfOtherApp(valid, destination, timestamp)) {
      return;
    }
    @Nullable Token current = destination.current();
    boolean addressed = valid.notification().getDevice() != null;
    if (addressed != (current != null)) {
      unregistered(valid, timestamp);
      return;
    }
    if (current != null) {
      outputs.readdress(valid, current, timestamp);
      return;
    }
    if (!LocalTerms.areTimed(valid.notification())) {
      send(valid, destination, timestamp);
      return;
    }
    try {
      ReadResult.Valid timed = LocalTerms.timed(valid, destination, clock.millis());
      if (!isOver(timed, timestamp) && !isHeld(timed, destination, timestamp)) {
        send(timed, destination, timestamp);
      }
    } catch (InvalidValueException e) {
      outputs.end(valid, timestamp, Outcome.REJECTED, String.valueOf(e.getMessage()));
    }
  }

  private boolean isHeld(ReadResult.Valid timed, Destination destination, long timestamp) {
    long now = clock.millis();
    long until = LocalTerms.heldUntil(timed.notification(), destination, now);
    if (until <= now && timetable.get().isOpen()) {
      return false;
    }
    timetable
        .get()
        .hold(
            timed.with(Notification.newBuilder(timed.notification()).setDeliverAt(until).build()),
            timestamp);
    return true;
  }

  private void send(ReadResult.Valid valid, Destination destination, long timestamp) {
    Optional<String> over =
        caps.refusal(valid.app(), valid.token(), valid.id(), valid.notification().getCategory());
    if (over.isPresent()) {
      outputs.capped(valid, timestamp, over.get());
    } else {
      outputs.deliver(LocalTerms.localized(valid, destination), destination.device(), timestamp);
    }
  }

  private boolean isOfOtherApp(ReadResult.Valid valid, Destination destination, long timestamp) {
    if (destination.app().equals(valid.app().value())) {
      return false;
    }
    outputs.end(
        valid,
        timestamp,
        Outcome.REJECTED,
        "app: " + valid.app() + " (expected: the app the device token was made for)");
    return true;
  }

  /**
   * Has the device's owner change what it has joined, unless the token is of another app.
   *
   * @param destination null if the token leads nowhere; that of an address is of no token
   */
  void change(
      ReadResult.TopicChange change,
      @Nullable Destination destination,
      Record<byte[], byte[]> record,
      Source from,
      long timestamp) {
    if (destination == null || destination.current() != null) {
      outputs.deadLetter(
          record, from, "token: unknown or revoked (expected: of a registered device)");
    } else if (destination.app().equals(change.app().value())) {
      outputs.change(change, destination.device(), from.offset(), timestamp);
    } else {
      outputs.deadLetter(
          record,
          from,
          "app: " + change.app() + " (expected: the app the device token was made for)");
    }
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
        valid.notification().getDevice() == null
            ? "token: unknown or revoked (expected: of a registered device)"
            : "device: not registered for the app (expected: a registered device)");
  }
}
