package dev.tidings.streams.schedule;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.topic.ScheduleKey;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.streams.read.GuardedReader;
import dev.tidings.streams.read.ReadResult;
import dev.tidings.streams.schedule.DueIndex.Entry;
import dev.tidings.streams.write.ResolveOutputs;
import dev.tidings.streams.write.ResolveOutputs.Source;
import dev.tidings.streams.write.Settled;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * The withdrawals of a timetable, which take effect when they are read back from the topic: behind
 * what they withdraw. Confined to the task's thread.
 */
final class Withdrawals {
  private static final String WITHDRAWN = "withdrawn before its time";

  private final InstantSource clock;
  private final GuardedReader reader;
  private final ResolveOutputs outputs;
  private final Departures departures;
  private final ScheduleStore store;
  private final Settled settled;
  private final Map<Bytes, Integer> withdrawing;
  private final Source source;
  private final DueEntries due;

  /** Those found at the start, whose effect may be in the part that has not been read. */
  private List<Bytes> undecided;

  /**
   * Creates them from what the table has.
   *
   * @param withdrawing keys of which withdrawals have been written and not been read back
   */
  Withdrawals(
      InstantSource clock,
      GuardedReader reader,
      ResolveOutputs outputs,
      Departures departures,
      ScheduleStore store,
      Settled settled,
      Map<Bytes, Integer> withdrawing,
      Source source,
      DueEntries due) {
    this.clock = clock;
    this.reader = reader;
    this.outputs = outputs;
    this.departures = departures;
    this.store = store;
    this.settled = settled;
    this.withdrawing = withdrawing;
    this.source = source;
    this.due = due;
    this.undecided = store.withdrawals();
  }

  /** Lets those take effect that were found at the start. */
  void decideRestored() {
    for (Bytes key : undecided) {
      byte @Nullable [] value = store.get(key);
      if (value == null || settled.contains(key)) {
        continue;
      }
      if (!store.isHere(key.get())) {
        // An earlier version took it from the topic.
        store.put(key, null);
        continue;
      }
      if (store.isOvertaken(key)) {
        // What it withdrew was before it, and has ended: what is here now came behind it.
        settled.add(key);
      } else {
        decide(ScheduleKey.parse(key.get()), value, source);
      }
    }
    undecided = List.of();
  }

  /** Lets a withdrawal take effect, once everything before it has been read. */
  void decide(ScheduleKey key, byte[] value, Source from) {
    Bytes withdrawn = Bytes.wrap(ScheduleKey.of(key.token(), key.id()).bytes());
    Record<byte[], byte[]> record = new Record<>(key.token().key(), value, clock.millis());
    ReadResult read = reader.read(record.key(), value);
    switch (read) {
      // Its key says what it withdraws, and the rest of it need not be read.
      case ReadResult.SchemaMissing _, ReadResult.Withdrawal _ -> {
        @Nullable String app = app(read, key.id());
        if (app != null && isOfAnotherApp(app, key, withdrawn)) {
          String why = "app: " + app + " (expected: that of the notification)";
          outputs.deadLetter(record, from, why);
          due.add(withdrawn);
        } else if (!ends(key, withdrawn)) {
          @Nullable Notification withdrawal = withdrawal(read, key.id());
          if (withdrawal != null) {
            departures.withdraw(key.id(), withdrawal, key.token(), record, from);
          }
        }
      }
      case ReadResult.Valid _, ReadResult.TopicChange _, ReadResult.Invalid _ -> {
        // It may have come in the place of one that was written here.
        withdrawing.remove(withdrawn);
        outputs.deadLetter(record, from, "value: not a withdrawal");
        due.add(withdrawn);
      }
    }
    // Its tombstone is written behind that of what it ends: if only the first of them gets into the
    // log, it is this one that is found again.
    settled.add(Bytes.wrap(key.bytes()));
  }

  /** Whoever may write to the log may know the token of another's app. */
  private boolean isOfAnotherApp(String app, ScheduleKey key, Bytes withdrawn) {
    byte @Nullable [] value = store.get(withdrawn);
    @Nullable String its =
        value == null ? null : app(reader.read(key.token().key(), value), key.id());
    return its != null && !its.equals(app);
  }

  /**
   * Returns the app in a record that is about this notification, also if its schema is not known,
   * as far as it is where our schema has it; null if not.
   */
  private static @Nullable String app(ReadResult read, NotificationId id) {
    return switch (read) {
      case ReadResult.Valid valid -> valid.app().value();
      case ReadResult.Withdrawal withdrawal -> withdrawal.app().value();
      case ReadResult.TopicChange change -> change.app().value();
      case ReadResult.SchemaMissing missing -> {
        @Nullable Notification guess = missing.otherwise().notification();
        yield guess != null && isAbout(guess, id) ? guess.getApp() : null;
      }
      case ReadResult.Invalid _ -> null;
    };
  }

  private static boolean isAbout(Notification guess, NotificationId id) {
    return id.value().equals(guess.getId()) || id.value().equalsIgnoreCase(guess.getWithdraws());
  }

  /** Returns the record of a withdrawal, if it can be read as one. */
  private static @Nullable Notification withdrawal(ReadResult read, NotificationId withdrawn) {
    return switch (read) {
      case ReadResult.Withdrawal withdrawal -> withdrawal.notification();
      case ReadResult.SchemaMissing missing -> {
        @Nullable Notification guess = missing.otherwise().notification();
        yield guess != null && withdrawn.value().equalsIgnoreCase(guess.getWithdraws())
            ? guess
            : null;
      }
      case ReadResult.Valid _, ReadResult.TopicChange _, ReadResult.Invalid _ -> null;
    };
  }

  /**
   * Ends a notification as withdrawn, if it is scheduled. Returns false if it is not, or may have
   * been sent by an owner of the task that has left no tombstone.
   */
  private boolean ends(ScheduleKey key, Bytes withdrawn) {
    @Nullable Entry entry = store.entry(withdrawn);
    byte @Nullable [] value = store.get(withdrawn);
    if (entry == null || value == null || settled.contains(withdrawn)) {
      return false;
    }
    byte[] token = key.token().key();
    switch (reader.read(token, value)) {
      case ReadResult.Valid valid ->
          outputs.end(valid, clock.millis(), Outcome.WITHDRAWN, WITHDRAWN);
      case ReadResult.SchemaMissing missing -> {
        @Nullable Notification guess = missing.otherwise().notification();
        if (guess != null && guess.getId().equals(key.id().value())) {
          outputs.end(guess, key.token(), clock.millis(), Outcome.WITHDRAWN, WITHDRAWN);
        } else {
          outputs.deadLetter(
              new Record<>(token, value, clock.millis()),
              source,
              WITHDRAWN + "; " + missing.otherwise().why());
        }
      }
      case ReadResult.Invalid _, ReadResult.TopicChange _, ReadResult.Withdrawal _ -> {
        due.add(withdrawn);
        return false;
      }
    }
    due.remove(withdrawn);
    settled.add(withdrawn);
    return entry.due() > clock.millis();
  }
}
