package dev.tidings.streams.schedule;

import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.ScheduleKey;
import dev.tidings.schemas.value.DeliveryTime;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.streams.read.GuardedReader;
import dev.tidings.streams.read.ReadResult;
import dev.tidings.streams.read.RegistryRetry;
import dev.tidings.streams.schedule.DueIndex.Entry;
import dev.tidings.streams.step.StepContext;
import dev.tidings.streams.write.CommitWatch;
import dev.tidings.streams.write.Meters;
import dev.tidings.streams.write.ResolveOutputs;
import dev.tidings.streams.write.ResolveOutputs.Source;
import dev.tidings.streams.write.Settled;
import dev.tidings.streams.write.Sinks;
import dev.tidings.streams.write.TableMark;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The scheduled notifications of one task. Everything goes through the topic {@code schedules} and
 * counts when it is read back: a notification, a withdrawal behind it, and the tombstone of what
 * has been sent or withdrawn. So a task that takes over, and has read the topic up to its own mark,
 * knows all that its predecessor knew. Confined to the task's thread.
 */
public final class Timetable {
  private static final Logger log = LoggerFactory.getLogger(Timetable.class);

  /** The limit of entries of one task: they are on disk, and in the log as long as it takes. */
  static final int MOST = 2_000_000;

  /** The limits of one tick, so that what is due at once leaves time for what arrives. */
  static final int MOST_SENT = 500;

  private static final long LONGEST_TICK_NANOS = Duration.ofMillis(10).toNanos();
  private static final int MOST_CLEARED = 1_000;

  /** So much before the first entry is due, the timetable has something to do. */
  private static final long SOON_MILLIS = 1_000;

  private final StepContext stepContext;
  private final InstantSource clock;
  private final Meters meters;
  private final GuardedReader reader;
  private final ResolveOutputs outputs;
  private final Departures departures;
  private final ScheduleStore store;
  private final DueIndex index;
  private final Settled settled;
  private final TableMark mark;
  private final int partition;

  /** Keys whose withdrawal has been written, and not been read back. */
  private final Set<Bytes> withdrawing = new HashSet<>();

  /**
   * How many records of a key have been written and not been read back. Until they are, what the
   * table has of the key is an earlier notification of the same id, and its tombstone would come
   * behind the later one.
   */
  private final Map<Bytes, Integer> arriving = new HashMap<>();

  /** Withdrawals found at the start, whose effect may be in the part that has not been read. */
  private final List<Bytes> undecided = new ArrayList<>();

  /** Whether everything that earlier owners of the task have written has been read. */
  private boolean open;

  /** What becomes of entries. */
  public interface Departures {
    /** Sends a notification whose time has come. */
    void due(ReadResult.Valid valid, Record<byte[], byte[]> record, Source from, long timestamp);

    /** Passes a withdrawal on, because the notification may be under way. */
    void withdraw(ReadResult.Withdrawal withdrawal, Record<byte[], byte[]> record, Source from);
  }

  /** Creates the timetable of a task, whose table has been restored. */
  public Timetable(
      StepContext stepContext,
      ProcessorContext<byte[], byte[]> context,
      GuardedReader reader,
      ResolveOutputs outputs,
      Departures departures) {
    this(
        stepContext, context, reader, outputs, departures, DueIndex.most(stepContext.partitions()));
  }

  Timetable(
      StepContext stepContext,
      ProcessorContext<byte[], byte[]> context,
      GuardedReader reader,
      ResolveOutputs outputs,
      Departures departures,
      int mostInMemory) {
    this.stepContext = stepContext;
    this.clock = stepContext.clock();
    this.meters = stepContext.meters();
    this.reader = reader;
    this.outputs = outputs;
    this.departures = departures;
    this.partition = context.taskId().partition();
    this.store =
        new ScheduleStore(
            context.getStateStore(stepContext.schedulesStore()),
            stepContext.registry(),
            stepContext.patience());
    this.index = new DueIndex(mostInMemory);
    CommitWatch commits = context.getStateStore(CommitWatch.NAME);
    this.settled = new Settled(commits);
    this.mark = new TableMark(context, Sinks.SCHEDULES);
    undecided.addAll(store.open(index));
    meters.scheduled(partition, store.count(), this::earliest);
  }

  /**
   * Takes a notification whose time is to come.
   *
   * @return false if it is due now
   */
  public boolean takes(
      ReadResult.Valid valid, Record<byte[], byte[]> record, Source from, long timestamp) {
    DeliveryTime at = DeliveryTime.ofField(valid.notification().getDeliverAt());
    long now = clock.millis();
    // Before everything is read, a withdrawal of it may be in the topic: it may have been read
    // before.
    if (!at.isAfter(now) && (open || valid.notification().getDeliverAt() == null)) {
      return false;
    }
    byte[] key = ScheduleKey.of(valid.token(), valid.id()).bytes();
    try {
      at.check(now);
      if (store.count() >= MOST && store.get(Bytes.wrap(key)) == null) {
        throw new InvalidValueException(
            "deliverAt", store.count() + " others are scheduled", "fewer than " + MOST);
      }
    } catch (InvalidValueException e) {
      String why = String.valueOf(e.getMessage());
      outputs.refuse(
          new ReadResult.Invalid(why, valid.notification(), valid.token()), record, from);
      return true;
    }
    outputs.schedule(key, valid, timestamp);
    arriving.merge(Bytes.wrap(key), 1, Integer::sum);
    return true;
  }

  /** Takes a withdrawal, which takes effect at once and behind the notification in the topic. */
  public void withdraw(ReadResult.Withdrawal withdrawal, long timestamp) {
    ScheduleKey key = ScheduleKey.of(withdrawal.token(), withdrawal.withdrawn());
    withdrawing.add(Bytes.wrap(key.bytes()));
    outputs.schedule(key.ofWithdrawal().bytes(), withdrawal, timestamp);
  }

  /** Reads a record of the topic. */
  public void read(Record<byte[], byte[]> record, Source from) {
    if (mark.isRead(record)) {
      open = true;
      return;
    }
    if (TableMark.isKey(record.key())) {
      return;
    }
    @Nullable ScheduleKey key = key(record.key());
    if (key == null) {
      outputs.deadLetter(record, from, "key: not that of the schedule (expected: token, id)");
      return;
    }
    Bytes bytes = Bytes.wrap(record.key());
    @Nullable Entry before = store.entry(bytes);
    if (before != null) {
      index.remove(before);
    }
    store.put(bytes, record.value());
    if (record.value() == null) {
      settled.forget(bytes);
    } else if (key.withdrawal()) {
      decide(key, bytes, record.value(), from);
    } else {
      schedule(bytes, record, from);
    }
    meters.scheduled(partition, store.count(), this::earliest);
  }

  private void schedule(Bytes key, Record<byte[], byte[]> record, Source from) {
    if (arriving.containsKey(key)
        && arriving.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1) == null) {
      settled.forget(key);
    }
    @Nullable Entry entry = store.entry(key);
    if (entry == null) {
      outputs.deadLetter(record, from, "value: not a scheduled Notification");
      settled.add(key);
    } else if (!withdrawing.contains(key)) {
      index.add(entry);
    }
  }

  /** Lets a withdrawal take effect, once everything before it has been read. */
  private void decide(ScheduleKey key, Bytes bytes, byte[] value, Source from) {
    Bytes withdrawn = Bytes.wrap(ScheduleKey.of(key.token(), key.id()).bytes());
    withdrawing.remove(withdrawn);
    settled.add(bytes);
    Record<byte[], byte[]> record = new Record<>(key.token().key(), value, clock.millis());
    if (!(reader.read(record.key(), value) instanceof ReadResult.Withdrawal withdrawal)) {
      outputs.deadLetter(record, from, "value: not a withdrawal");
      return;
    }
    @Nullable Entry entry = store.entry(withdrawn);
    byte @Nullable [] scheduled = store.get(withdrawn);
    if (entry != null
        && scheduled != null
        && !settled.contains(withdrawn)
        && reader.read(record.key(), scheduled) instanceof ReadResult.Valid valid) {
      index.remove(entry);
      outputs.end(valid, clock.millis(), Outcome.WITHDRAWN, "withdrawn before its time");
      settled.add(withdrawn);
      if (entry.due() > clock.millis()) {
        return;
      }
      // It may have been sent by an owner of the task that has left no tombstone.
    }
    departures.withdraw(withdrawal, record, from);
  }

  /** Returns whether {@link #tick} should be called soon and often. */
  public boolean isBusy() {
    @Nullable Entry first = index.peek();
    return !open
        || index.isUsedUp()
        || (first != null && first.due() - clock.millis() < SOON_MILLIS);
  }

  /** Writes tombstones, and sends what is due, in the order of its times. */
  public void tick() {
    settled.write(
        MOST_CLEARED,
        key -> {
          if (!arriving.containsKey(key)) {
            outputs.unschedule(key.get());
          }
        });
    long now = clock.millis();
    if (!open) {
      mark.write(now);
      return;
    }
    for (Bytes key : undecided) {
      byte @Nullable [] value = store.get(key);
      if (value != null && !settled.contains(key)) {
        decide(ScheduleKey.parse(key.get()), key, value, source());
      }
    }
    undecided.clear();
    long start = System.nanoTime();
    for (int sent = 0; sent < MOST_SENT && System.nanoTime() - start < LONGEST_TICK_NANOS; sent++) {
      if (index.isUsedUp()) {
        store.fill(index, key -> !settled.contains(key) && !withdrawing.contains(key));
      }
      @Nullable Entry first = index.peek();
      if (first == null || first.due() > now) {
        return;
      }
      index.remove(first);
      send(first);
    }
  }

  private void send(Entry entry) {
    Bytes key = entry.key();
    byte @Nullable [] value = store.get(key);
    if (value == null || settled.contains(key) || withdrawing.contains(key)) {
      return;
    }
    byte[] token = ScheduleKey.parse(key.get()).token().key();
    long now = clock.millis();
    Record<byte[], byte[]> record = new Record<>(token, value, now);
    try {
      switch (reader.read(token, value)) {
        case ReadResult.Valid valid -> {
          meters.sentAtItsTime(now - entry.due());
          departures.due(valid, record, source(), now);
        }
        case ReadResult.Invalid invalid -> outputs.refuse(invalid, record, source());
        case ReadResult.SchemaMissing missing ->
            outputs.refuse(missing.otherwise(), record, source());
        case ReadResult.Withdrawal _ -> outputs.deadLetter(record, source(), "value: a withdrawal");
      }
    } catch (KafkaException | RegistryRetry.StoppedException e) {
      throw e;
    } catch (RuntimeException e) {
      log.error("unexpected failure with what is due: it goes to the dead letters", e);
      outputs.deadLetter(record, source(), "unexpected: " + e.getClass().getName());
    }
    settled.add(key);
  }

  private long earliest() {
    @Nullable Entry first = index.peek();
    return first == null ? Long.MAX_VALUE : first.due();
  }

  private Source source() {
    return new Source(stepContext.names().of(LogTopics.SCHEDULES), partition, 0);
  }

  private static @Nullable ScheduleKey key(byte @Nullable [] bytes) {
    try {
      return bytes == null ? null : ScheduleKey.parse(bytes);
    } catch (InvalidValueException e) {
      return null;
    }
  }

  /** Clears the memory, because the task moves to another process or thread. */
  public void leave() {
    settled.clear();
    index.clear();
    withdrawing.clear();
    arriving.clear();
    meters.unscheduled(partition);
  }
}
