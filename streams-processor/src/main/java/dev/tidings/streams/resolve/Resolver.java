package dev.tidings.streams.resolve;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.topic.Forwarded;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.value.Token;
import dev.tidings.streams.read.NotificationReader;
import dev.tidings.streams.read.Reading;
import dev.tidings.streams.read.RegistrationReader.Destination;
import dev.tidings.streams.read.RegistryPatience;
import dev.tidings.streams.write.Departures;
import dev.tidings.streams.write.Departures.Source;
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

  private final Setup setup;
  private final InstantSource clock;
  private final RegistryPatience patience;
  private final NotificationReader reader;

  private final String registrationsTopic;

  // Set from init() to close().
  private ProcessorContext<byte[], byte[]> context;
  private RegistrationTable registrations;
  private WaitingRoom waiting;
  private TableMark mark;
  private Placement placement;
  private Departures departures;

  /** Tokens with waiting records that cannot be read yet. */
  private final Set<Bytes> unread = new LinkedHashSet<>();

  @SuppressWarnings("NullAway.Init") // by init(), which Kafka Streams calls first
  Resolver(Setup setup) {
    this.setup = setup;
    this.clock = setup.clock();
    this.registrationsTopic = setup.names().of(LogTopics.REGISTRATIONS);
    this.patience = setup.patience();
    this.reader = new NotificationReader(setup.registry());
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    registrations =
        new RegistrationTable(
            context.getStateStore(setup.registrationsStore()), setup.registry(), patience);
    waiting = new WaitingRoom(context.getStateStore(setup.waitingStore()), setup.meters());
    waiting.reopen(clock.millis() + UNKNOWN_SCHEMA_LONGER_MILLIS, setup.waitingAnew());
    departures =
        new Departures(
            context,
            setup.registry(),
            patience,
            setup.names(),
            setup.instance(),
            clock,
            setup.meters());
    placement = new Placement(setup.partitions(), departures);
    mark = new TableMark(context);
    context.schedule(tickInterval(), PunctuationType.WALL_CLOCK_TIME, now -> tick());
  }

  private Duration tickInterval() {
    Duration tenth = setup.grace().dividedBy(10);
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
    } catch (KafkaException | RegistryPatience.StoppedException e) {
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
      departures.deadLetter(record, from, "unexpected: " + e.getClass().getName());
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
      departures.deadLetter(record, from, "registration: unreadable (expected: a Registration)");
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
      case Reading.Refused refused -> departures.refuse(refused, record, from);
      case Reading.NotYet notYet -> {
        if (placement.isHere(notYet.token(), null, record, from)) {
          Bytes token = Bytes.wrap(notYet.token().key());
          long latest = clock.millis() + UNKNOWN_SCHEMA_LONGER_MILLIS;
          Waiting one = new Waiting(token, from.offset(), latest);
          if (await(one, notYet.token(), null, timestamp, record, from)) {
            unread.add(token);
          }
        }
      }
      case Reading.Valid valid -> {
        if (placement.isHere(valid.token(), valid.notification(), record, from)) {
          resolve(valid, record, from, timestamp);
        }
      }
    }
  }

  private void resolve(
      Reading.Valid valid, Record<byte[], byte[]> record, Source from, long timestamp) {
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
      setup.meters().waitingRefused();
      departures.refuse(new Reading.Refused(full.get(), notification, token), record, from);
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
    long grace = setup.grace().toMillis();
    long now = clock.millis();
    // If the topic was recreated meanwhile, tokens are missing in its table.
    long complete = Math.min(mark.completeUntil(now), setup.topicsSameUntil().getAsLong());
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
        || !(read(who.token().get(), kept.value()) instanceof Reading.Valid valid)
        || isOver(valid, kept.timestamp())) {
      leave(who, true, (over, timestamp) -> log.debug("{} has expired", over.id()));
      return;
    }
    waiting.postpone(who, clock.millis());
    unread.add(who.token());
  }

  private void unregistered(Reading.Valid valid, long timestamp) {
    departures.end(
        valid,
        timestamp,
        Outcome.UNREGISTERED,
        "token: unknown or revoked (expected: of a registered device)");
  }

  /** The action for a notification whose waiting is over. */
  @FunctionalInterface
  private interface Departure {
    void of(Reading.Valid valid, long timestamp);
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
        case Reading.Valid valid -> departure.of(valid, kept.timestamp());
        case Reading.NotYet notYet -> {
          if (!lastChance) {
            return false;
          }
          refuse(notYet.otherwise(), who, kept);
        }
        // It was valid when it arrived; should the rules change, it becomes a dead letter and is
        // not lost.
        case Reading.Refused refused -> refuse(refused, who, kept);
      }
    }
    waiting.remove(who);
    return true;
  }

  private void refuse(Reading.Refused refused, Waiting who, Waiting.Kept kept) {
    departures.refuse(
        refused,
        new Record<>(who.token().get(), kept.value(), kept.timestamp(), kept.headers()),
        new Source(
            setup.names().of(LogTopics.NOTIFICATIONS), context.taskId().partition(), who.offset()));
  }

  private void depart(Reading.Valid valid, Destination destination, long timestamp) {
    if (isOver(valid, timestamp)) {
      return;
    }
    if (!destination.app().equals(valid.app().value())) {
      departures.end(
          valid,
          timestamp,
          Outcome.REJECTED,
          "app: " + valid.app() + " (expected: the app the device token was made for)");
      return;
    }
    departures.deliver(valid, destination.device(), timestamp);
  }

  private boolean isOver(Reading.Valid valid, long timestamp) {
    if (!valid.expiration().hasPassed(clock.millis())) {
      return false;
    }
    departures.end(valid, timestamp, Outcome.EXPIRED, "expired before it was resolved");
    return true;
  }

  /**
   * Reads a record. A programming error must not stop the partition: the record then becomes a dead
   * letter.
   */
  private Reading read(byte @Nullable [] key, byte @Nullable [] value) {
    try {
      return patience.ask(() -> reader.read(key, value));
    } catch (KafkaException | RegistryPatience.StoppedException e) {
      throw e;
    } catch (RuntimeException e) {
      log.error("unexpected failure reading a notification: it goes to the dead letters", e);
      return new Reading.Refused("unexpected: " + e.getClass().getName(), null, null);
    }
  }

  @Override
  public void close() {
    waiting.leave();
  }
}
