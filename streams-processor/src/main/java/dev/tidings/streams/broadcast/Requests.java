package dev.tidings.streams.broadcast;

import dev.tidings.schemas.avro.Broadcast;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import dev.tidings.schemas.topic.BroadcastKey;
import dev.tidings.schemas.topic.BroadcastKey.Kind;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.streams.write.Meters;
import dev.tidings.streams.write.ResolveOutputs;
import dev.tidings.streams.write.ResolveOutputs.Source;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which requests of a partition are taken, and who may stop them. Confined to the task's
 * thread.
 */
final class Requests {
  static final long LOOK_AGAIN_MILLIS = Duration.ofSeconds(10).toMillis();

  private static final Logger log = LoggerFactory.getLogger(Requests.class);

  private final BroadcastReader reader;
  private final BroadcastRecords table;
  private final Backlog backlog;
  private final BroadcastWriter writer;
  private final ResolveOutputs outputs;
  private final Meters meters;
  private final InstantSource clock;
  private final ChannelOrder channels;

  Requests(
      BroadcastReader reader,
      BroadcastRecords table,
      Backlog backlog,
      BroadcastWriter writer,
      ResolveOutputs outputs,
      Meters meters,
      InstantSource clock,
      ChannelOrder channels) {
    this.reader = reader;
    this.table = table;
    this.backlog = backlog;
    this.writer = writer;
    this.outputs = outputs;
    this.meters = meters;
    this.clock = clock;
    this.channels = channels;
  }

  /**
   * Takes what is to be sent, or refuses it.
   *
   * @param from where the record is in the log
   */
  void take(BroadcastKey key, byte[] value, Record<byte[], byte[]> record, Source from) {
    byte @Nullable [] before = table.get(key);
    if (before != null) {
      // The same once more, or another one with its id: the first one counts, for all who read.
      if (!Arrays.equals(before, value)) {
        writer.write(key, before);
      }
      return;
    }
    byte @Nullable [] had = table.get(key, Kind.PROGRESS);
    if (had != null && hasEnded(had)) {
      String app = reader.app(value);
      if (app.isEmpty() || app.equals(reader.app(had))) {
        writer.remove(key);
        return;
      }
      // It was stopped before it came, in the name of another app.
      table.put(key.of(Kind.PROGRESS), null);
      writer.remove(key.of(Kind.PROGRESS));
    }
    try {
      BroadcastJob request = reader.request(key, value);
      String app = request.app().value();
      if (backlog.isFull(app)) {
        meters.broadcastRefused();
        throw new InvalidValueException(
            "broadcasts",
            "too many wait already",
            "at most %d, and %d of one app".formatted(Backlog.MOST, Backlog.MOST_OF_APP));
      }
      table.put(key, value);
      backlog.add(key, app, channels.enter(key, request) ? request.notBefore() : Backlog.NOT_YET);
    } catch (UnreadableRecordException e) {
      if (e.isSchemaUnknown() && !backlog.isFull(Backlog.UNKNOWN)) {
        table.put(key, value);
        backlog.add(key, Backlog.UNKNOWN, clock.millis() + LOOK_AGAIN_MILLIS);
      } else {
        refuse(key, record, from, "value: " + e.getMessage());
      }
    } catch (InvalidValueException e) {
      refuse(key, record, from, String.valueOf(e.getMessage()));
    }
  }

  /** One of which it is not known yet is looked at again when it is its turn. */
  private boolean hasEnded(byte[] progress) {
    return reader.progressIfKnown(progress).filter(read -> read.endedAt() != null).isPresent();
  }

  private void refuse(BroadcastKey key, Record<byte[], byte[]> record, Source from, String why) {
    outputs.deadLetter(record, from, why);
    reject(key, record.value());
  }

  /** It is told that it was not sent, and why is in this process's log or a dead letter. */
  void reject(BroadcastKey key, byte @Nullable [] value) {
    if (value != null) {
      reader
          .rejected(value, clock.millis())
          .ifPresent(rejected -> writer.write(key.of(Kind.PROGRESS), rejected));
    }
    writer.remove(key);
  }

  /** It has ended without having been begun here. */
  void end(BroadcastKey key, BroadcastJob request, Progress ended) {
    writer.write(key.of(Kind.PROGRESS), ended.record(request));
    writer.remove(key);
  }

  /**
   * Takes a stop of one that is not here, or not any more. Its request may still come, where it was
   * written to some partitions only: then it has ended already. If the table has the request, how
   * it ended is on its way there.
   */
  void stopUnknown(BroadcastKey key, byte[] stop) {
    String app = reader.app(stop);
    if (!app.isEmpty()
        && table.get(key, Kind.REQUEST) == null
        && table.get(key, Kind.PROGRESS) == null) {
      Broadcast stopped = BroadcastReader.unsent(app, "", FanOut.STOPPED, clock.millis());
      writer.write(key.of(Kind.PROGRESS), stopped);
    }
    writer.remove(key);
  }

  /** Whoever stops one has to name its app, or none: a stop in the name of another is none. */
  boolean isStopped(BroadcastKey key, BroadcastJob request) {
    byte @Nullable [] stop = table.get(key, Kind.STOP);
    if (stop == null) {
      return false;
    }
    String app = reader.app(stop);
    if (app.isEmpty() || app.equals(request.app().value())) {
      return true;
    }
    log.warn("broadcast {} of {} is not stopped in the name of {}", key.id(), request.app(), app);
    table.put(key.of(Kind.STOP), null);
    writer.remove(key.of(Kind.STOP));
    return false;
  }
}
