package dev.tidings.streams.resolve;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.topic.Forwarded;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.value.Token;
import dev.tidings.streams.read.NotificationReader;
import dev.tidings.streams.read.ReadResult;
import dev.tidings.streams.read.RegistrationReader.Destination;
import dev.tidings.streams.read.RegistryRetry;
import dev.tidings.streams.step.StepContext;
import dev.tidings.streams.write.ResolveOutputs;
import dev.tidings.streams.write.ResolveOutputs.Source;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.Bytes;
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

  private static final Duration MIN_TICK = Duration.ofMillis(50);
  private static final Duration MAX_TICK = Duration.ofMillis(500);

  /** Additional waiting time of a record with an unknown schema, compared with an unknown token. */
  private static final long UNKNOWN_SCHEMA_LONGER_MILLIS = Duration.ofSeconds(10).toMillis();

  private static final int MAX_READ_AGAIN = 100;
  private static final int MAX_WRITTEN_AGAIN = 1_000;

  private final StepContext stepContext;
  private final InstantSource clock;
  private final RegistryRetry patience;
  private final NotificationReader reader;

  private final String registrationsTopic;

  // Set from init() to close().
  private ProcessorContext<byte[], byte[]> context;
  private RegistrationTable registrations;
  private WaitingRoom waiting;
  private TableMark mark;
  private Placement placement;
  private ResolveOutputs resolveOutputs;

  /** Tokens with waiting records that cannot be read yet. */
  private final Set<Bytes> unread = new LinkedHashSet<>();

  @SuppressWarnings("NullAway.Init") // by init(), which Kafka Streams calls first
  Resolver(StepContext stepContext) {
    this.stepContext = stepContext;
    this.clock = stepContext.clock();
    this.registrationsTopic = stepContext.names().of(LogTopics.REGISTRATIONS);
    this.patience = stepContext.patience();
    this.reader = new NotificationReader(stepContext.registry());
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
        new WaitingRoom(context.getStateStore(stepContext.waitingStore()), stepContext.meters());
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
    mark = new TableMark(context);
    context.schedule(tickInterval(), PunctuationType.WALL_CLOCK_TIME, now -> tick());
  }

  private Duration tickInterval() {
    Duration tenth = stepContext.grace().dividedBy(10);
    Duration atLeast = tenth.compareTo(MIN_TICK) < 0 ? MIN_TICK : tenth;
    return atLeast.compareTo(MAX_TICK) > 0 ? MAX_TICK : atLeast;
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata metadata = context.recordMetadata().orElseThrow();
    Source from = new Source(metadata.topic(), metadata.partition(), metadata.offset());
    try {
      if (from.topic().equals(registrationsTopic)) {
        registered(record, from);
      } else {
        resolve(record, from);
      }
    } catch (KafkaException | RegistryRetry.StoppedException e) {
      throw e;
    } catch (RuntimeException e) {
      // A programming error must not stop the partition: the record becomes a dead letter, and the
      // next one is read.
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
        graceOver();
      }
      return;
    }
    if (record.key() == null || registrations.read(record.value()) == null) {
      resolveOutputs.deadLetter(
          record, from, "registration: unreadable (expected: a Registration)");
      return;
    }
    Bytes token = Bytes.wrap(record.key());
    if (waiting.hasOf(token)) {
      release(token);
    }
  }

  private void resolve(Record<byte[], byte[]> record, Source from) {
    long timestamp =
        Forwarded.of(record.headers()).map(Forwarded::timestamp).orElse(record.timestamp());
    switch (read(record.key(), record.value())) {
      case ReadResult.Invalid invalid -> resolveOutputs.refuse(invalid, record, from);
      case ReadResult.SchemaMissing schemaMissing -> {
        if (placement.isHere(schemaMissing.token(), null, record, from)) {
          Bytes token = Bytes.wrap(schemaMissing.token().key());
          long latest = clock.millis() + UNKNOWN_SCHEMA_LONGER_MILLIS;
          Waiting one = new Waiting(token, from.offset(), latest);
          if (await(one, schemaMissing.token(), null, timestamp, record, from)) {
            unread.add(token);
          }
        }
      }
      case ReadResult.Valid valid -> {
        if (placement.isHere(valid.token(), valid.notification(), record, from)) {
          resolve(valid, record, from, timestamp);
        }
      }
    }
  }

  private void resolve(
      ReadResult.Valid valid, Record<byte[], byte[]> record, Source from, long timestamp) {
    Bytes token = Bytes.wrap(valid.token().key());
    Destination destination = registrations.find(token);
    if (destination != null && waiting.hasOf(token)) {
      release(token);
    }
    if (destination != null && !waiting.hasOf(token)) {
      depart(valid, destination, timestamp);
    } else if (!isOver(valid, timestamp)) {
      Waiting one = new Waiting(token, from.offset(), clock.millis());
      await(one, valid.token(), valid.notification(), timestamp, record, from);
    }
  }

  /**
   * Lets a notification wait. Returns false if there is no room: it then becomes a dead letter,
   * with a receipt if it can be read.
   */
  private boolean await(
      Waiting one,
      Token token,
      @Nullable Notification notification,
      long timestamp,
      Record<byte[], byte[]> record,
      Source from) {
    Optional<String> full = waiting.full(one, timestamp, record.value());
    if (full.isPresent()) {
      stepContext.meters().waitingRefused();
      resolveOutputs.refuse(new ReadResult.Invalid(full.get(), notification, token), record, from);
      return false;
    }
    waiting.add(one, timestamp, record);
    return true;
  }

  /**
   * Delivers the notifications of a token that arrived before its registration, in their order, as
   * far as they can be read.
   */
  private void release(Bytes token) {
    Destination destination = registrations.find(token);
    if (destination == null) {
      return;
    }
    for (Waiting each : waiting.of(token)) {
      if (!leave(each, false, (valid, timestamp) -> depart(valid, destination, timestamp))) {
        unread.add(token);
        return;
      }
    }
    unread.remove(token);
  }

  private void tick() {
    waiting.writeAgain(MAX_WRITTEN_AGAIN);
    if (waiting.isEmpty()) {
      unread.clear();
      return;
    }
    // A few tokens at a time, in turn: any producer can write unreadable records.
    List<Bytes> some = unread.stream().limit(MAX_READ_AGAIN).toList();
    unread.removeAll(some);
    for (Bytes token : some) {
      if (waiting.hasOf(token)) {
        unread.add(token);
        release(token);
      }
    }
    graceOver();
  }

  /**
   * Ends the waiting of notifications whose time is over, but only if the table is known to be
   * complete up to then: otherwise the token may still appear.
   */
  private void graceOver() {
    long grace = stepContext.grace().toMillis();
    long now = clock.millis();
    // If the topic was recreated meanwhile, tokens are missing in its table.
    long complete = Math.min(mark.completeUntil(now), stepContext.topicsSameUntil().getAsLong());
    Waiting next = waiting.since(complete - grace);
    for (; next != null; next = waiting.since(complete - grace)) {
      over(next);
    }
    next = waiting.since(now - grace);
    if (next != null && next.since() > mark.completeUntil(now) - grace) {
      mark.write(now);
    }
  }

  private void over(Waiting who) {
    Destination destination = registrations.find(who.token());
    if (destination == null) {
      if (registrations.isReadLater(who.token())) {
        stay(who);
      } else {
        leave(who, true, this::unregistered);
      }
      return;
    }
    Waiting first = waiting.of(who.token()).getFirst();
    if (first.offset() != who.offset() && first.since() > who.since()) {
      // It follows one that cannot be read yet and may wait longer.
      waiting.postpone(who, first.since());
      return;
    }
    leave(who, true, (valid, timestamp) -> depart(valid, destination, timestamp));
    release(who.token());
  }

  /**
   * Has one wait on whose token has a registration that can't be read yet: it would be wrong for
   * good to say that it has none. What can't be read itself, or has expired, does not.
   */
  private void stay(Waiting who) {
    Waiting.@Nullable Kept kept = waiting.kept(who);
    if (kept == null
        || !(read(who.token().get(), kept.value()) instanceof ReadResult.Valid valid)
        || isOver(valid, kept.timestamp())) {
      leave(who, true, (over, timestamp) -> log.debug("{} has expired", over.id()));
      return;
    }
    waiting.postpone(who, clock.millis());
    unread.add(who.token());
  }

  private void unregistered(ReadResult.Valid valid, long timestamp) {
    resolveOutputs.end(
        valid,
        timestamp,
        Outcome.UNREGISTERED,
        "token: unknown or revoked (expected: of a registered device)");
  }

  /** The action for a notification whose waiting is over. */
  @FunctionalInterface
  private interface Departure {
    void of(ReadResult.Valid valid, long timestamp);
  }

  /**
   * Ends the waiting of a notification. Returns false if it stays, because it cannot be read yet
   * and this is not its last chance.
   */
  private boolean leave(Waiting who, boolean lastChance, Departure departure) {
    Waiting.@Nullable Kept kept = waiting.kept(who);
    if (kept != null) {
      byte[] key = who.token().get();
      switch (read(key, kept.value())) {
        case ReadResult.Valid valid -> departure.of(valid, kept.timestamp());
        case ReadResult.SchemaMissing schemaMissing -> {
          if (!lastChance) {
            return false;
          }
          refuse(schemaMissing.otherwise(), who, kept);
        }
        // It was valid when it arrived; should the rules change, it becomes a dead letter and is
        // not lost.
        case ReadResult.Invalid invalid -> refuse(invalid, who, kept);
      }
    }
    waiting.remove(who);
    return true;
  }

  private void refuse(ReadResult.Invalid invalid, Waiting who, Waiting.Kept kept) {
    resolveOutputs.refuse(
        invalid,
        new Record<>(who.token().get(), kept.value(), kept.timestamp(), kept.headers()),
        new Source(
            stepContext.names().of(LogTopics.NOTIFICATIONS),
            context.taskId().partition(),
            who.offset()));
  }

  private void depart(ReadResult.Valid valid, Destination destination, long timestamp) {
    if (isOver(valid, timestamp)) {
      return;
    }
    if (!destination.app().equals(valid.app().value())) {
      resolveOutputs.end(
          valid,
          timestamp,
          Outcome.REJECTED,
          "app: " + valid.app() + " (expected: the app the device token was made for)");
      return;
    }
    resolveOutputs.deliver(valid, destination.device(), timestamp);
  }

  private boolean isOver(ReadResult.Valid valid, long timestamp) {
    if (!valid.expiration().hasPassed(clock.millis())) {
      return false;
    }
    resolveOutputs.end(valid, timestamp, Outcome.EXPIRED, "expired before it was resolved");
    return true;
  }

  /**
   * Reads a record. A programming error must not stop the partition: the record then becomes a dead
   * letter.
   */
  private ReadResult read(byte @Nullable [] key, byte @Nullable [] value) {
    try {
      return patience.ask(() -> reader.read(key, value));
    } catch (KafkaException | RegistryRetry.StoppedException e) {
      throw e;
    } catch (RuntimeException e) {
      log.error("unexpected failure reading a notification: it goes to the dead letters", e);
      return new ReadResult.Invalid("unexpected: " + e.getClass().getName(), null, null);
    }
  }

  @Override
  public void close() {
    waiting.leave();
  }
}
