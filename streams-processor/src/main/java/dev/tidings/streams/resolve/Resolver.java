package dev.tidings.streams.resolve;

import dev.tidings.schemas.topic.Forwarded;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.value.Token;
import dev.tidings.streams.read.GuardedReader;
import dev.tidings.streams.read.NotificationReader;
import dev.tidings.streams.read.ReadResult;
import dev.tidings.streams.read.RegistrationReader.Destination;
import dev.tidings.streams.read.RegistryRetry;
import dev.tidings.streams.schedule.Timetable;
import dev.tidings.streams.step.StepContext;
import dev.tidings.streams.write.CommitWatch;
import dev.tidings.streams.write.ResolveOutputs;
import dev.tidings.streams.write.ResolveOutputs.Source;
import dev.tidings.streams.write.Settled;
import dev.tidings.streams.write.Sinks;
import dev.tidings.streams.write.TableMark;
import java.time.Duration;
import java.time.InstantSource;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends each notification to the device of its token. Both topics are partitioned by the token, so
 * all records of a token are read by one task, in the order of the log.
 */
final class Resolver implements Processor<byte[], byte[], byte[], byte[]> {
  private static final Logger log = LoggerFactory.getLogger(Resolver.class);

  private static final Duration OFTEN = Duration.ofMillis(50);

  /** Additional waiting time of a record with an unknown schema, compared with an unknown token. */
  private static final long UNKNOWN_SCHEMA_LONGER_MILLIS = Duration.ofSeconds(10).toMillis();

  private final StepContext stepContext;
  private final InstantSource clock;
  private final RegistryRetry patience;
  private final GuardedReader reader;
  private final String registrationsTopic;
  private final String schedulesTopic;

  // Set from init() to close().
  private ProcessorContext<byte[], byte[]> context;
  private RegistrationTable registrations;
  private WaitingRoom waiting;
  private TableMark mark;
  private Placement placement;
  private ResolveOutputs resolveOutputs;
  private Dispatch dispatch;
  private UnknownTokens unknown;
  private Timetable timetable;
  private @Nullable Cancellable often;

  @SuppressWarnings("NullAway.Init") // by init(), which Kafka Streams calls first
  Resolver(StepContext stepContext) {
    this.stepContext = stepContext;
    this.clock = stepContext.clock();
    this.registrationsTopic = stepContext.names().of(LogTopics.REGISTRATIONS);
    this.schedulesTopic = stepContext.names().of(LogTopics.SCHEDULES);
    this.patience = stepContext.patience();
    this.reader =
        new GuardedReader(
            new NotificationReader(stepContext.registry()), patience, this::placeInLog);
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    registrations =
        new RegistrationTable(
            context.getStateStore(stepContext.registrationsStore()),
            stepContext.registry(),
            patience);
    waiting =
        new WaitingRoom(
            context.getStateStore(stepContext.waitingStore()),
            stepContext.meters(),
            new Settled(context.getStateStore(CommitWatch.NAME)));
    waiting.reopen(clock.millis() + UNKNOWN_SCHEMA_LONGER_MILLIS, stepContext.waitingAnew());
    resolveOutputs =
        new ResolveOutputs(
            context,
            stepContext.registry(),
            patience,
            stepContext.names(),
            stepContext.instance(),
            clock,
            stepContext.meters());
    placement = new Placement(stepContext.partitions(), resolveOutputs);
    mark = new TableMark(context, Sinks.MARKS);
    dispatch = new Dispatch(stepContext, context, resolveOutputs, () -> timetable);
    unknown =
        new UnknownTokens(
            stepContext,
            reader,
            registrations,
            waiting,
            mark,
            resolveOutputs,
            dispatch,
            context.taskId().partition(),
            () -> timetable);
    timetable =
        new Timetable(
            stepContext,
            context,
            reader,
            resolveOutputs,
            new ScheduleDepartures(registrations, unknown, resolveOutputs, this::resolve));
    context.schedule(stepContext.tickInterval(), PunctuationType.WALL_CLOCK_TIME, now -> tick());
    hasten();
  }

  private void tick() {
    unknown.tick();
    timetable.tick();
    dispatch.forgetPast();
    hasten();
  }

  private void oftenTick() {
    unknown.tidy();
    timetable.tick();
  }

  /**
   * Ticks often as long as the timetable or the waiting room has something to do: each tick costs a
   * commit, even if nothing happens.
   */
  private void hasten() {
    @Nullable Cancellable running = often;
    boolean busy = timetable.isBusy() || unknown.isBusy();
    if (running == null && busy) {
      often = context.schedule(OFTEN, PunctuationType.WALL_CLOCK_TIME, now -> oftenTick());
    } else if (running != null && !busy) {
      running.cancel();
      often = null;
    }
  }

  private String placeInLog() {
    return context
        .recordMetadata()
        .map(record -> record.topic() + "-" + record.partition() + " offset " + record.offset())
        .orElseGet(() -> "partition " + context.taskId().partition() + ", a kept record");
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata metadata = context.recordMetadata().orElseThrow();
    Source from = new Source(metadata.topic(), metadata.partition(), metadata.offset());
    try {
      if (from.topic().equals(registrationsTopic)) {
        registered(record, from);
      } else if (from.topic().equals(schedulesTopic)) {
        timetable.read(record, from);
        hasten();
      } else {
        resolve(record, from);
      }
    } catch (KafkaException | RegistryRetry.StoppedException e) {
      throw e;
    } catch (RuntimeException e) {
      // A programming error must not stop the partition: the record becomes a dead letter.
      log.error(
          "{} partition {} offset {}: unexpected failure, the record goes to the dead letters",
          from.topic(),
          from.partition(),
          from.offset(),
          e);
      resolveOutputs.deadLetter(record, from, "unexpected: " + e.getClass().getName());
    }
  }

  private void registered(Record<byte[], byte[]> record, Source from) {
    if (record.value() == null) {
      if (mark.isRead(record)) {
        unknown.endOverdue();
      }
      return;
    }
    if (record.key() == null || registrations.read(record.value()) == null) {
      resolveOutputs.deadLetter(
          record, from, "registration: unreadable (expected: a Registration)");
      return;
    }
    Bytes token = Bytes.wrap(record.key());
    if (unknown.hasOf(token)) {
      unknown.release(token);
    }
  }

  private void resolve(Record<byte[], byte[]> record, Source from) {
    long timestamp =
        Forwarded.of(record.headers()).map(Forwarded::timestamp).orElse(record.timestamp());
    switch (reader.read(record.key(), record.value())) {
      case ReadResult.Invalid invalid -> resolveOutputs.refuse(invalid, record, from);
      case ReadResult.SchemaMissing schemaMissing -> {
        if (placement.isHere(schemaMissing.token(), null, record, from)) {
          long since = clock.millis() + UNKNOWN_SCHEMA_LONGER_MILLIS;
          unknown.await(schemaMissing.token(), null, since, timestamp, record, from);
        }
      }
      case ReadResult.Valid valid -> {
        if (placement.isHere(valid.token(), valid.notification(), record, from)) {
          if (valid.notification().getDeliverAt() != null && isBehindUnread(valid.token())) {
            unknown.await(
                valid.token(), valid.notification(), clock.millis(), timestamp, record, from);
          } else if (!timetable.takes(valid, record, from, timestamp)) {
            resolve(valid, record, from, timestamp);
          }
        }
      }
      case ReadResult.TopicChange change -> {
        if (placement.isHere(change.token(), change.notification(), record, from)) {
          Destination destination = ready(change.token());
          if (destination != null) {
            dispatch.change(change, destination, record, from, timestamp);
          } else {
            unknown.await(
                change.token(), change.notification(), clock.millis(), timestamp, record, from);
          }
        }
      }
      case ReadResult.Withdrawal withdrawal -> {
        if (placement.isHere(withdrawal.token(), null, record, from)) {
          boolean behind = isBehindWaiting(withdrawal.token());
          // What is scheduled already may be due before the other can be read.
          timetable.withdraw(withdrawal, timestamp);
          if (behind) {
            var own = withdrawal.notification();
            unknown.await(withdrawal.token(), own, clock.millis(), timestamp, record, from);
          }
        }
      }
    }
  }

  /**
   * Whether something of the token waits for its schema, which may be withdrawn or replaced by what
   * follows it: that must not overtake it.
   */
  private boolean isBehindUnread(Token token) {
    Bytes key = Bytes.wrap(token.key());
    if (!unknown.hasUnread(key)) {
      return false;
    }
    unknown.release(key);
    return unknown.hasUnread(key);
  }

  /**
   * Whether something of the token waits for its schema, or for its registration, or there is one
   * that can be read later: until then it is not known where a withdrawal goes.
   */
  private boolean isBehindWaiting(Token token) {
    Bytes key = Bytes.wrap(token.key());
    boolean registered = registrations.find(key) != null;
    if (unknown.hasOf(key) && registered) {
      unknown.release(key);
    }
    return unknown.hasOf(key) || (!registered && registrations.isReadLater(key));
  }

  private void resolve(
      ReadResult.Valid valid, Record<byte[], byte[]> record, Source from, long timestamp) {
    Destination destination = ready(valid.token());
    if (destination != null) {
      dispatch.deliver(valid, destination, timestamp);
    } else if (!dispatch.isOver(valid, timestamp)) {
      unknown.await(valid.token(), valid.notification(), clock.millis(), timestamp, record, from);
    }
  }

  /** Returns where a token leads to; null if that is not known, or something of it still waits. */
  private @Nullable Destination ready(Token token) {
    Bytes key = Bytes.wrap(token.key());
    Destination destination = registrations.find(key);
    if (destination != null && unknown.hasOf(key)) {
      unknown.release(key);
    }
    return unknown.hasOf(key) ? null : destination;
  }

  @Override
  public void close() {
    waiting.leave();
    timetable.leave();
  }
}
