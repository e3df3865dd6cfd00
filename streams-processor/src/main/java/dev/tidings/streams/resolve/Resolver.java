package dev.tidings.streams.resolve;

import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.streams.read.NotificationReader;
import dev.tidings.streams.read.Reading;
import dev.tidings.streams.read.RegistrationReader;
import dev.tidings.streams.read.RegistrationReader.Destination;
import dev.tidings.streams.read.RegistryPatience;
import dev.tidings.streams.write.Departures;
import java.time.Duration;
import java.time.InstantSource;
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
 * Sends each notification to the device its token leads to. Both topics are partitioned by the
 * token, so whatever concerns a token is read by one task, in the order of the log.
 */
final class Resolver implements Processor<byte[], byte[], byte[], byte[]> {
  private static final Logger log = LoggerFactory.getLogger(Resolver.class);

  private static final Duration MIN_TICK = Duration.ofMillis(50);
  private static final Duration MAX_TICK = Duration.ofMillis(500);

  private final Setup setup;
  private final InstantSource clock;
  private final RegistryPatience patience;
  private final NotificationReader reader;

  // From init() to close().
  private ProcessorContext<byte[], byte[]> context;
  private RegistrationTable registrations;
  private WaitingRoom waiting;
  private Departures departures;

  @SuppressWarnings("NullAway.Init") // by init(), which Kafka Streams calls first
  Resolver(Setup setup) {
    this.setup = setup;
    this.clock = setup.clock();
    this.patience = setup.patience();
    this.reader = new NotificationReader(setup.registry());
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    registrations =
        new RegistrationTable(
            context.getStateStore(setup.registrationsStore()),
            new RegistrationReader(setup.registry()),
            patience);
    waiting = new WaitingRoom(context.getStateStore(setup.waitingStore()), setup.meters());
    waiting.reopen();
    departures =
        new Departures(
            context, setup.registry(), patience, setup.instance(), clock, setup.meters());
    context.schedule(tick(), PunctuationType.WALL_CLOCK_TIME, now -> graceOver());
  }

  private Duration tick() {
    Duration tenth = setup.grace().dividedBy(10);
    Duration atLeast = tenth.compareTo(MIN_TICK) < 0 ? MIN_TICK : tenth;
    return atLeast.compareTo(MAX_TICK) > 0 ? MAX_TICK : atLeast;
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata from = context.recordMetadata().orElseThrow();
    if (from.topic().equals(LogTopics.REGISTRATIONS.name())) {
      registered(record);
    } else {
      resolve(record, from.offset());
    }
  }

  private void registered(Record<byte[], byte[]> record) {
    if (record.value() == null) {
      return;
    }
    if (record.key() == null || registrations.read(record.value()) == null) {
      departures.deadLetter(record, "registration: unreadable (expected: a Registration)");
      return;
    }
    Bytes token = Bytes.wrap(record.key());
    if (waiting.hasOf(token)) {
      release(token);
    }
  }

  private void resolve(Record<byte[], byte[]> record, long offset) {
    Reading reading = read(record.key(), record.value());
    switch (reading) {
      case Reading.Refused refused -> departures.refuse(refused, record);
      case Reading.Valid valid -> resolve(valid, record, offset);
    }
  }

  private void resolve(Reading.Valid valid, Record<byte[], byte[]> record, long offset) {
    Bytes token = Bytes.wrap(record.key());
    Destination destination = registrations.find(token);
    if (destination == null && !isOver(valid, record.timestamp())) {
      waiting.add(new Waiting(token, offset, clock.millis()), record);
    } else if (destination != null) {
      if (waiting.hasOf(token)) {
        release(token);
      }
      depart(valid, destination, record.timestamp());
    }
  }

  /** Sends those of a token on that came before its registration, in the order they came. */
  private void release(Bytes token) {
    Destination destination = registrations.find(token);
    if (destination == null) {
      return;
    }
    for (Waiting each : waiting.of(token)) {
      leave(each, (valid, timestamp) -> depart(valid, destination, timestamp));
    }
  }

  private void graceOver() {
    long since = clock.millis() - setup.grace().toMillis();
    for (Waiting next = waiting.since(since); next != null; next = waiting.since(since)) {
      if (registrations.find(next.token()) != null) {
        release(next.token());
      } else {
        leave(next, this::unregistered);
      }
    }
  }

  private void unregistered(Reading.Valid valid, long timestamp) {
    departures.end(
        valid,
        timestamp,
        Outcome.UNREGISTERED,
        "token: unknown or revoked (expected: of a registered device)");
  }

  /** What becomes of one whose waiting is over. */
  @FunctionalInterface
  private interface Departure {
    void of(Reading.Valid valid, long timestamp);
  }

  private void leave(Waiting who, Departure departure) {
    Waiting.@Nullable Kept kept = waiting.kept(who);
    if (kept != null) {
      byte[] key = who.token().get();
      switch (read(key, kept.value())) {
        case Reading.Valid valid -> departure.of(valid, kept.timestamp());
        // It was valid when it came; should that ever change, it is still not lost.
        case Reading.Refused refused ->
            departures.refuse(refused, new Record<>(key, kept.value(), kept.timestamp()));
      }
    }
    waiting.remove(who);
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

  /** A slip of ours must not stop the partition: the record is put aside, the next one read. */
  private Reading read(byte @Nullable [] key, byte @Nullable [] value) {
    try {
      return patience.ask(() -> reader.read(key, value));
    } catch (KafkaException | RegistryPatience.StoppedException e) {
      throw e;
    } catch (RuntimeException e) {
      log.error("a notification could not be read for a reason nobody thought of", e);
      return new Reading.Refused("unexpected: " + e, null, null);
    }
  }

  @Override
  public void close() {
    waiting.leave();
  }
}
