package dev.tidings.streams.schedule;

import dev.tidings.schemas.topic.ScheduleKey;
import dev.tidings.streams.read.GuardedReader;
import dev.tidings.streams.read.ReadResult;
import dev.tidings.streams.read.RegistryRetry;
import dev.tidings.streams.schedule.DueIndex.Entry;
import dev.tidings.streams.step.StepContext;
import dev.tidings.streams.write.Meters;
import dev.tidings.streams.write.ResolveOutputs;
import dev.tidings.streams.write.ResolveOutputs.Source;
import dev.tidings.streams.write.Settled;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entries of a timetable in the order of their times, which sends those whose time has come,
 * and keeps those that cannot be read yet. Confined to the task's thread.
 */
final class DueEntries {
  private static final Logger log = LoggerFactory.getLogger(DueEntries.class);

  /** The limits of one tick, so that what is due at once leaves time for what arrives. */
  private static final int MOST_SENT = 500;

  private static final long LONGEST_TICK_NANOS = Duration.ofMillis(10).toNanos();

  /** So many of those whose time is not known are looked at before the clock is. */
  private static final int LOOKED_AT = 50;

  /** So many of them are counted and no more. */
  private static final int MOST_UNREAD = 10_000;

  /** So much before the first entry is due, there is something to do. */
  private static final long SOON_MILLIS = 1_000;

  private final Meters meters;
  private final GuardedReader reader;
  private final ResolveOutputs outputs;
  private final Departures departures;
  private final ScheduleStore store;
  private final Settled settled;
  private final Map<Bytes, Integer> withdrawing;
  private final Source source;
  private final DueIndex index;
  private final UnknownTimes unknown;

  /** Keys of entries whose schema no registry knows yet. */
  private final Set<Bytes> unread = new HashSet<>();

  /**
   * Creates them from what the table has.
   *
   * @param withdrawing keys of what is not sent, because its withdrawal is on its way
   */
  DueEntries(
      StepContext context,
      GuardedReader reader,
      ResolveOutputs outputs,
      Departures departures,
      ScheduleStore store,
      Settled settled,
      Map<Bytes, Integer> withdrawing,
      Source source,
      DueIndex index) {
    this.meters = context.meters();
    this.reader = reader;
    this.outputs = outputs;
    this.departures = departures;
    this.store = store;
    this.settled = settled;
    this.withdrawing = withdrawing;
    this.source = source;
    this.index = index;
    this.unknown = new UnknownTimes(store);
    fill();
  }

  private void fill() {
    @Nullable Entry last = index.usedUpTo();
    if (last != null) {
      index.fill(store.behind(last, index.most()));
    }
  }

  /** Has an entry of the table come at its time, if there is one of the key. */
  void add(Bytes key) {
    @Nullable Entry entry = store.entry(key);
    if (entry != null) {
      add(entry);
    }
  }

  private void add(Entry entry) {
    if (entry.due() == ScheduleStore.UNKNOWN) {
      unknown.add(entry.key());
    } else {
      index.add(entry);
    }
  }

  /** Forgets an entry, before the table changes it or after it has ended. */
  void remove(Bytes key) {
    @Nullable Entry entry = store.entry(key);
    if (entry != null) {
      index.remove(entry);
      unknown.remove(key);
    }
    unread.remove(key);
  }

  /** Returns whether one is due soon, or may be. */
  boolean isSoon(long now) {
    @Nullable Entry first = index.peek();
    return index.usedUpTo() != null
        || unknown.isAny(now)
        || (first != null && first.due() < now + SOON_MILLIS);
  }

  /** Returns how many have been looked at and wait for their schema. */
  int unread() {
    return unread.size();
  }

  /** Sends what is due, in the order of its times. */
  void send(long now) {
    long start = System.nanoTime();
    int sent = 0;
    do {
      fill();
      @Nullable Entry first = index.peek();
      if (first == null || first.due() > now) {
        return;
      }
      index.remove(first);
      if (first.due() == ScheduleStore.UNKNOWN) {
        apart(first.key());
      } else if (send(first, now)) {
        settled.add(first.key());
      }
    } while (++sent < MOST_SENT && System.nanoTime() - start < LONGEST_TICK_NANOS);
  }

  /** Puts one whose time is not known where such ones are: an earlier version had it here. */
  private void apart(Bytes key) {
    byte @Nullable [] value = store.get(key);
    if (value != null) {
      add(store.setTime(key, value, ScheduleStore.UNKNOWN));
    }
  }

  /**
   * Looks at some of those whose time is not known, and sends what turns out to be due. Waits for
   * no registry: while it does not answer, others are due.
   */
  void look(long now) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < LONGEST_TICK_NANOS) {
      List<Bytes> some = unknown.next(now, LOOKED_AT);
      for (Bytes key : some) {
        byte @Nullable [] value = store.get(key);
        if (value != null && !store.isAnswered(value)) {
          unknown.pause(now);
          return;
        }
        if (send(new Entry(ScheduleStore.UNKNOWN, key), now)) {
          settled.add(key);
        }
      }
      if (some.isEmpty()) {
        return;
      }
    }
  }

  /** Sends an entry. Returns false if there is nothing to be sent now. */
  private boolean send(Entry entry, long now) {
    Bytes key = entry.key();
    if (!store.isHere(key.get())) {
      // An earlier version took it from the topic.
      store.put(key, null);
      return false;
    }
    byte @Nullable [] value = store.get(key);
    if (value == null || settled.contains(key) || withdrawing.containsKey(key)) {
      return false;
    }
    byte[] token = ScheduleKey.parse(key.get()).token().key();
    Record<byte[], byte[]> record = new Record<>(token, value, now);
    try {
      return switch (reader.read(token, value)) {
        case ReadResult.Valid valid -> send(valid, key, record, now);
        case ReadResult.Invalid invalid -> {
          outputs.refuse(invalid, record, source);
          yield true;
        }
        case ReadResult.SchemaMissing missing -> {
          hold(key, missing);
          if (entry.due() != ScheduleStore.UNKNOWN) {
            Entry _ = store.setTime(key, value, ScheduleStore.UNKNOWN);
          }
          yield false;
        }
        case ReadResult.Withdrawal _, ReadResult.TopicChange _ -> {
          outputs.deadLetter(record, source, "value: not a notification");
          yield true;
        }
      };
    } catch (KafkaException | RegistryRetry.StoppedException e) {
      throw e;
    } catch (RuntimeException e) {
      log.error(
          "{}-{}, notification {}: unexpected failure when it was due, it goes to the dead letters",
          source.topic(),
          source.partition(),
          id(key),
          e);
      outputs.deadLetter(record, source, "unexpected: " + e.getClass().getName());
      return true;
    }
  }

  private boolean send(ReadResult.Valid valid, Bytes key, Record<byte[], byte[]> record, long now) {
    unread.remove(key);
    @Nullable Long due = valid.notification().getDeliverAt();
    if (due == null) {
      outputs.deadLetter(record, source, "value: not a scheduled Notification");
      return true;
    }
    if (due > now) {
      // It could not be read when it came.
      add(store.setTime(key, record.value(), due));
      return false;
    }
    meters.sentAtItsTime(now - due);
    departures.due(valid, record, source, now);
    return true;
  }

  /** Keeps what a registry may still tell the schema of: it is as late then as it must be. */
  private void hold(Bytes key, ReadResult.SchemaMissing missing) {
    if (unread.isEmpty()) {
      log.warn(
          "{}-{}, notification {}: it is due and waits, as others may, until a registry has its"
              + " schema: {}",
          source.topic(),
          source.partition(),
          id(key),
          missing.otherwise().why());
    }
    if (unread.size() < MOST_UNREAD) {
      unread.add(key);
    }
  }

  private static String id(Bytes key) {
    return ScheduleKey.parse(key.get()).id().value();
  }

  /** The first of the times that are known, in ms since the epoch. */
  long earliest() {
    @Nullable Entry first = index.peek();
    return first == null ? Long.MAX_VALUE : first.due();
  }

  /** Forgets all of them. */
  void clear() {
    index.clear();
    unknown.clear();
    unread.clear();
  }
}
