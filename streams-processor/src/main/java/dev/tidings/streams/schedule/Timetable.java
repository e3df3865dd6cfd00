package dev.tidings.streams.schedule;

import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.ScheduleKey;
import dev.tidings.schemas.value.DeliveryTime;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.streams.read.GuardedReader;
import dev.tidings.streams.read.ReadResult;
import dev.tidings.streams.step.StepContext;
import dev.tidings.streams.write.CommitWatch;
import dev.tidings.streams.write.Meters;
import dev.tidings.streams.write.ResolveOutputs;
import dev.tidings.streams.write.ResolveOutputs.Source;
import dev.tidings.streams.write.Settled;
import dev.tidings.streams.write.Sinks;
import dev.tidings.streams.write.TableMark;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * The scheduled notifications of one task. Everything goes through the topic {@code schedules} and
 * counts when it is read back: a notification, a withdrawal behind it, and the tombstone of what
 * has been sent or withdrawn. So a task that takes over, and has read the topic up to its own mark,
 * knows all that its predecessor knew. Confined to the task's thread.
 */
public final class Timetable {
  /** The limit of tombstones of one tick. */
  private static final int MOST_CLEARED = 1_000;

  private final StepContext stepContext;
  private final InstantSource clock;
  private final Meters meters;
  private final ResolveOutputs outputs;
  private final ScheduleStore store;
  private final DueEntries due;
  private final Withdrawals withdrawals;
  private final Settled settled;
  private final TableMark mark;
  private final int partition;

  private final OwnScheduleRecords own = new OwnScheduleRecords();

  /** Keys of which withdrawals have been written and not been read back, and how many. */
  private final Map<Bytes, Integer> withdrawing = new HashMap<>();

  private final Arrivals arriving;

  /** Whether everything that earlier owners of the task have written has been read. */
  private boolean open;

  /** Creates the timetable of a task, whose table has been restored. */
  public Timetable(
      StepContext stepContext,
      ProcessorContext<byte[], byte[]> context,
      GuardedReader reader,
      ResolveOutputs outputs,
      Departures departures) {
    this(stepContext, context, reader, outputs, departures, DueIndex.MOST);
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
    this.outputs = outputs;
    this.partition = context.taskId().partition();
    this.store = context.getStateStore(stepContext.schedulesStore());
    CommitWatch commits = context.getStateStore(CommitWatch.NAME);
    this.settled = new Settled(commits);
    this.due =
        new DueEntries(
            stepContext,
            reader,
            outputs,
            departures,
            store,
            settled,
            withdrawing,
            source(),
            new DueIndex(mostInMemory));
    this.withdrawals =
        new Withdrawals(
            clock, reader, outputs, departures, store, settled, withdrawing, source(), due);
    this.mark = new TableMark(context, Sinks.SCHEDULES);
    this.arriving = new Arrivals(mark, settled);
    tell();
  }

  private void tell() {
    meters.scheduled(partition, store.count(), due.unread(), due.earliest());
  }

  /**
   * Takes a notification whose time is to come.
   *
   * @return false if it is due now
   */
  public boolean takes(
      ReadResult.Valid valid, Record<byte[], byte[]> record, Source from, long timestamp) {
    DeliveryTime at = DeliveryTime.ofField(valid.notification().getDeliverAt());
    if (valid.notification().getDevice() != null) {
      // It comes again under its token, and only then under a key that a withdrawal has.
      return false;
    }
    long now = clock.millis();
    // Before everything is read, a withdrawal of it may be in the topic: it may have been read
    // before.
    if (!at.isAfter(now) && (open || valid.notification().getDeliverAt() == null)) {
      return false;
    }
    try {
      at.check(now);
      hold(valid, timestamp);
    } catch (InvalidValueException e) {
      String why = String.valueOf(e.getMessage());
      outputs.refuse(
          new ReadResult.Invalid(why, valid.notification(), valid.token()), record, from);
    }
    return true;
  }

  /**
   * Takes a notification until its time for delivery, which it has.
   *
   * @throws InvalidValueException if there is no room for it
   */
  public void hold(ReadResult.Valid valid, long timestamp) {
    byte[] key = ScheduleKey.of(valid.token(), valid.id()).bytes();
    store.checkRoom(Bytes.wrap(key));
    outputs.schedule(key, valid, timestamp, own.headers());
    arriving.add(Bytes.wrap(key), clock.millis());
  }

  /**
   * Returns whether everything that earlier owners of the task have written has been read. Until
   * then what could be withdrawn is sent by way of the topic only, where its withdrawal may be.
   */
  public boolean isOpen() {
    return open;
  }

  /** Takes a withdrawal, which takes effect at once and behind the notification in the topic. */
  public void withdraw(ReadResult.Withdrawal withdrawal, long timestamp) {
    ScheduleKey key = ScheduleKey.of(withdrawal.token(), withdrawal.withdrawn());
    withdrawing.merge(Bytes.wrap(key.bytes()), 1, Integer::sum);
    outputs.schedule(key.ofWithdrawal().bytes(), withdrawal, timestamp, own.headers());
  }

  /** Reads a record of the topic. */
  public void read(Record<byte[], byte[]> record, Source from) {
    if (mark.isRead(record)) {
      open = true;
      arriving.endLost(clock.millis());
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
    if (!store.isHere(record.key())) {
      // What became of it would be written to the right partition, and end what is there.
      int right = ScheduleKey.partition(record.key(), stepContext.partitions());
      outputs.deadLetter(
          record, from, "partition: %d (expected: %d, of its token)".formatted(partition, right));
      return;
    }
    Bytes bytes = Bytes.wrap(record.key());
    due.remove(bytes);
    store.put(bytes, record.value());
    if (record.value() == null) {
      settled.forget(bytes);
    } else if (key.withdrawal()) {
      if (own.isOne(record)) {
        withdrawing.computeIfPresent(
            Bytes.wrap(ScheduleKey.of(key.token(), key.id()).bytes()),
            (same, count) -> count == 1 ? null : count - 1);
      }
      withdrawals.decide(key, record.value(), from);
    } else {
      schedule(bytes, own.isOne(record));
    }
    tell();
  }

  private void schedule(Bytes key, boolean isOwn) {
    if (isOwn) {
      arriving.arrived(key);
    }
    // It came behind what was settled, but for what a replaced owner writes late: that is what this
    // one has read too, and has ended already.
    if (isOwn || !open) {
      settled.forget(key);
    }
    if (!withdrawing.containsKey(key)) {
      due.add(key);
    }
  }

  /** Returns whether {@link #tick} should be called soon and often. */
  public boolean isBusy() {
    return !open || due.isSoon(clock.millis());
  }

  /** Writes tombstones, and sends what is due, in the order of its times. */
  public void tick() {
    long now = clock.millis();
    if (!open) {
      // Until then, later records of a key may be in the topic, which a tombstone would remove.
      mark.write(now);
      return;
    }
    settled.write(
        MOST_CLEARED,
        key -> {
          if (!arriving.isAny(key) && !isAnotherOnItsWay(key)) {
            outputs.unschedule(key.get());
          }
        });
    withdrawals.decideRestored();
    arriving.checkLost(now);
    due.send(now);
    due.look(now);
    tell();
  }

  /** Whether another withdrawal follows this one, which its tombstone would remove. */
  private boolean isAnotherOnItsWay(Bytes withdrawal) {
    byte[] key = withdrawal.get();
    return ScheduleKey.isWithdrawal(key)
        && withdrawing.containsKey(Bytes.wrap(Arrays.copyOf(key, key.length - 1)));
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
    due.clear();
    withdrawing.clear();
    arriving.clear();
    meters.unscheduled(partition);
  }
}
