package dev.tidings.streams.broadcast;

import dev.tidings.schemas.avro.Subscription;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import dev.tidings.schemas.topic.BroadcastKey;
import dev.tidings.schemas.topic.BroadcastKey.Kind;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.streams.read.RegistryRetry;
import dev.tidings.streams.step.StepContext;
import dev.tidings.streams.write.CommitWatch;
import dev.tidings.streams.write.ResolveOutputs;
import dev.tidings.streams.write.ResolveOutputs.Source;
import dev.tidings.streams.write.Sinks;
import dev.tidings.streams.write.TableMark;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.common.KafkaException;
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
 * Sends the broadcasts of a partition to those of its devices that have joined their topics: a few
 * at a time, between other work, and several broadcasts side by side. How far each has come is
 * written to {@code broadcasts} too, so whoever takes the partition over goes on from there, once
 * it has read the topic up to its own mark. Longer than most: all that happens to a broadcast goes
 * through here.
 */
final class BroadcastProcessor implements Processor<byte[], byte[], byte[], byte[]> {
  private static final Logger log = LoggerFactory.getLogger(BroadcastProcessor.class);

  private static final Duration SELDOM = Duration.ofMillis(500);
  private static final Duration OFTEN = Duration.ofMillis(50);
  private static final int LOOKED_AT_ONCE = 100;

  private final StepContext stepContext;
  private final double perSecond;
  private final InstantSource clock;
  private final RegistryRetry patience;
  private final BroadcastReader reader;
  private final SubscriberReader subscriberReader;

  private final Backlog backlog = new Backlog();
  private final Ended ended = new Ended();
  private final UnreadProgress unread = new UnreadProgress();

  // Set from init() to close().
  private ProcessorContext<byte[], byte[]> context;
  private int partition;
  private SubscriberStore subscribers;
  private BroadcastRecords table;
  private ResolveOutputs outputs;
  private BroadcastWriter writer;
  private TableMark mark;
  private Running running;
  private Requests requests;
  private ChannelOrder channels;
  private @Nullable Cancellable often;

  /**
   * @param perSecond how many subscribers it may look at, of all partitions
   */
  @SuppressWarnings("NullAway.Init") // by init(), which Kafka Streams calls first
  BroadcastProcessor(StepContext stepContext, double perSecond) {
    this.stepContext = stepContext;
    this.perSecond = perSecond;
    this.clock = stepContext.clock();
    this.patience = stepContext.patience();
    this.reader = new BroadcastReader(stepContext.registry(), patience);
    AvroDeserializer<Subscription> subscriptions =
        AvroDeserializer.atOnce(stepContext.registry(), Subscription.class);
    this.subscriberReader =
        new SubscriberReader(
            record -> patience.ask(() -> subscriptions.read(record)), stepContext.meters());
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    partition = context.taskId().partition();
    subscribers = context.getStateStore(BroadcastStep.SUBSCRIBERS_STORE);
    table = new BroadcastRecords(context.getStateStore(BroadcastStep.BROADCASTS_STORE), partition);
    outputs =
        new ResolveOutputs(
            context,
            stepContext.registry(),
            patience,
            stepContext.names(),
            stepContext.instance(),
            clock,
            stepContext.meters());
    writer = new BroadcastWriter(context, stepContext);
    mark = new TableMark(context, Sinks.BROADCASTS);
    channels =
        new ChannelOrder(
            reader,
            table,
            backlog,
            writer,
            outputs,
            subscriberReader,
            subscribers,
            key -> running.untilRead(key));
    running =
        new Running(
            new Pace(perSecond / stepContext.partitions()),
            context.getStateStore(CommitWatch.NAME),
            writer,
            stepContext.meters(),
            channels);
    requests =
        new Requests(
            reader, table, backlog, writer, outputs, stepContext.meters(), clock, channels);
    often = null;
    table.each(this::restored);
    channels.restoredAll(clock.millis());
    context.schedule(SELDOM, PunctuationType.WALL_CLOCK_TIME, now -> tick());
    hasten();
  }

  /** What is in the table at the start: requests are read when it is their turn. */
  private void restored(BroadcastKey key, byte[] value) {
    switch (key.kind()) {
      case REQUEST -> {
        backlog.add(key, Backlog.UNKNOWN, 0);
        channels.restored(key, value);
      }
      case PROGRESS -> {
        try {
          @Nullable Long at = reader.progress(value).map(Progress::endedAt).orElse(null);
          if (at != null) {
            ended.add(key, reader.app(value), at);
          }
        } catch (UnreadableRecordException e) {
          unread.add(key);
        }
      }
      case STOP -> {
        // It is looked for when the request is read.
      }
    }
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata metadata = context.recordMetadata().orElseThrow();
    Source from = new Source(metadata.topic(), metadata.partition(), metadata.offset());
    if (mark.isRead(record) || TableMark.isKey(record.key())) {
      return;
    }
    if (metadata.topic().equals(stepContext.names().of(LogTopics.SUBSCRIPTIONS))) {
      channels.joins().joined(record.key(), record.value(), clock.millis());
      return;
    }
    Optional<BroadcastKey> key =
        Optional.ofNullable(record.key())
            .flatMap(BroadcastKey::parse)
            .filter(read -> read.partition() == partition);
    if (key.isEmpty()) {
      outputs.deadLetter(
          record, from, "key: not of this partition (expected: notification id/" + partition + ")");
      return;
    }
    try {
      take(key.get(), record, from);
    } catch (KafkaException | RegistryRetry.StoppedException e) {
      throw e;
    } catch (RuntimeException e) {
      // A programming error must not stop the partition.
      log.error("{}-{} at {}: unexpected failure", from.topic(), partition, from.offset(), e);
      outputs.deadLetter(record, from, "unexpected: " + e.getClass().getName());
    }
    hasten();
  }

  private void take(BroadcastKey key, Record<byte[], byte[]> record, Source from) {
    byte @Nullable [] value = record.value();
    switch (key.kind()) {
      case REQUEST -> {
        if (value == null) {
          table.put(key, null);
          backlog.remove(key);
          channels.left(key);
          var _ = running.endIsRead(key);
          ended.letGo(key.of(Kind.PROGRESS));
        } else {
          requests.take(key, value, record, from);
        }
      }
      case PROGRESS -> {
        if (value == null) {
          table.put(key, null);
        } else {
          progressed(key, value);
        }
      }
      case STOP -> {
        table.put(key, value);
        @Nullable FanOut mine = running.of(key);
        if (mine != null && value != null) {
          if (requests.isStopped(key, mine.request())) {
            mine.stop(clock.millis());
          }
        } else if (value != null && backlog.has(key.of(Kind.REQUEST))) {
          backlog.add(key.of(Kind.REQUEST), Backlog.UNKNOWN, 0);
        } else if (value != null) {
          requests.stopUnknown(key, value);
        }
      }
    }
  }

  private void progressed(BroadcastKey key, byte[] value) {
    byte @Nullable [] before = table.get(key);
    Progress known = reader.progressIfKnown(before).orElse(Progress.NONE);
    if (before != null && reader.isBeyond(known, value)) {
      // Of a process that did not know yet that it had lost the partition.
      writer.write(key, before);
      return;
    }
    table.put(key, value);
    note(key, value);
  }

  /** Takes what the table says of how far one has come. */
  private void note(BroadcastKey key, byte[] value) {
    Progress read;
    try {
      read = reader.progress(value).orElse(Progress.NONE);
    } catch (UnreadableRecordException e) {
      unread.add(key);
      return;
    }
    @Nullable FanOut mine = running.of(key);
    if (mine != null) {
      mine.goOnFrom(read);
    }
    @Nullable Long at = read.endedAt();
    if (at != null) {
      ended.add(key, reader.app(value), at);
      if (running.endIsRead(key)) {
        channels.endedHere(key.of(Kind.REQUEST));
      } else if (mine == null) {
        channels.endedElsewhere(key.of(Kind.REQUEST), read, clock.millis());
      }
    } else if (mine == null) {
      channels.begunElsewhere(key.of(Kind.REQUEST), read, clock.millis());
    }
  }

  private void tick() {
    long now = clock.millis();
    if (isBusy(now)) {
      if (mark.completeUntil(now) < 0) {
        mark.write(now);
      } else if (channels.joins().caughtUp(now)) {
        begin(now);
        running.save();
        running.send(now);
        running.makeRoom(backlog.due(now, LOOKED_AT_ONCE), now);
        running.suspend(key -> reader.progressIfKnown(table.get(key, Kind.PROGRESS)), backlog, now);
      }
    }
    ended.forget(
        now,
        key -> channels.keeps(key.of(Kind.REQUEST)),
        key -> {
          writer.remove(key);
          writer.remove(key.of(Kind.STOP));
          channels.forgotten(key.of(Kind.REQUEST));
        });
    channels.expire(now);
    channels.joins().joinAgain(now);
    unread.look(
        now,
        key -> {
          byte @Nullable [] value = table.get(key);
          if (value != null) {
            note(key, value);
          }
        });
    hasten();
  }

  private boolean isBusy(long now) {
    return !running.isEmpty() || backlog.isDue(now) || channels.joins().areEarly();
  }

  private void begin(long now) {
    // Those that have to be read first need no place.
    begin(now, Backlog.UNKNOWN::equals);
    begin(now, app -> !app.equals(Backlog.UNKNOWN) && running.hasRoom(app));
  }

  private void begin(long now, Predicate<String> apps) {
    for (int i = 0; i < LOOKED_AT_ONCE; i++) {
      @Nullable BroadcastKey key = backlog.next(now, apps);
      if (key == null) {
        return;
      }
      byte @Nullable [] value = table.get(key);
      if (value != null) {
        begin(key, value, now);
      }
    }
  }

  private void begin(BroadcastKey key, byte[] value, long now) {
    try {
      Progress before = reader.progress(table.get(key, Kind.PROGRESS)).orElse(Progress.NONE);
      if (before.endedAt() != null) {
        if (!channels.hadEnded(key, value, before, now)) {
          writer.remove(key);
        }
        return;
      }
      BroadcastJob request = reader.request(key, value);
      String app = request.app().value();
      if (requests.isStopped(key, request)) {
        requests.end(key, request, before.ended(FanOut.STOPPED, now));
        return;
      }
      if (!channels.enter(key, request)) {
        backlog.add(key, app, Backlog.NOT_YET);
        return;
      }
      if (request.forgets()) {
        channels.forget(request);
        requests.end(key, request, before.ended(FanOut.COMPLETED, now));
        return;
      }
      if (request.notBefore() > now || !running.hasRoom(app)) {
        backlog.add(key, app, Math.max(now, request.notBefore()));
        return;
      }
      FanOut fanOut =
          new FanOut(
              request,
              before,
              subscribers,
              subscriberReader,
              request.recipients(outputs, stepContext.caps()));
      running.put(key, fanOut, now);
    } catch (UnreadableRecordException e) {
      backlog.add(key, Backlog.UNKNOWN, now + Requests.LOOK_AGAIN_MILLIS);
    } catch (InvalidValueException e) {
      log.warn("broadcast {} is not sent: {}", key.id(), e.getMessage());
      requests.reject(key, value);
    } catch (KafkaException | RegistryRetry.StoppedException e) {
      throw e;
    } catch (RuntimeException e) {
      log.error("broadcast {} is not sent", key.id(), e);
      requests.reject(key, value);
    }
  }

  /** Ticks often as long as there is something to do: each tick costs a commit. */
  private void hasten() {
    @Nullable Cancellable ticking = often;
    boolean busy = isBusy(clock.millis());
    if (ticking == null && busy) {
      often = context.schedule(OFTEN, PunctuationType.WALL_CLOCK_TIME, now -> tick());
    } else if (ticking != null && !busy) {
      ticking.cancel();
      often = null;
    }
  }
}
