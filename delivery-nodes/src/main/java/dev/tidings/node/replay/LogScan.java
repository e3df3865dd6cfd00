package dev.tidings.node.replay;

import dev.tidings.node.log.decode.DeliveryDeserializer;
import dev.tidings.node.replay.Slice.Found;
import dev.tidings.node.replay.Slice.Progress;
import dev.tidings.node.window.DeliveryPrint;
import dev.tidings.node.window.Life;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.NotificationId.WithdrawalId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads a device's records out of its partition, from a consumer of its own, past those of all
 * other devices, which are told by their keys and not decoded; or those of all devices. Longer than
 * most, because the two passes over a span share how a turn reads. For one thread; it blocks.
 */
final class LogScan implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  /** After so many polls without a record, this turn has nothing; the next one tries again. */
  private static final int EMPTY_POLLS = 25;

  private final Consumer<byte[], byte[]> consumer;
  private final DeliveryDeserializer deserializer;
  private final String topic;
  private final OwnTokens tokens;

  LogScan(
      Consumer<byte[], byte[]> consumer,
      DeliveryDeserializer deserializer,
      String topic,
      OwnTokens tokens) {
    this.consumer = consumer;
    this.deserializer = deserializer;
    this.topic = topic;
    this.tokens = tokens;
  }

  /** Hears what is read, and may wait, so that no more is read in a second than may be. */
  interface Pace {
    /** Returns whether reading goes on. */
    boolean read(long bytes) throws InterruptedException;
  }

  /**
   * Reads until there are enough for a slice, this turn is over, or the span is.
   *
   * @throws org.apache.kafka.common.KafkaException if the log cannot be read
   * @throws TokensUnknownException if it cannot be told which tokens are the device's
   */
  Slice read(Slice.Wanted wanted, Pace pace) throws InterruptedException {
    TopicPartition partition = new TopicPartition(topic, wanted.partition());
    consumer.assign(List.of(partition));
    Progress from = from(wanted, partition);
    if (from.next() >= from.end()) {
      return new Slice(List.of(), from);
    }
    Reading reading = from.isSearched() ? new Records(wanted, from) : new Withdrawals(wanted, from);
    consumer.seek(partition, reading.next());
    int empty = 0;
    while (!reading.isOver() && empty < EMPTY_POLLS) {
      List<ConsumerRecord<byte[], byte[]>> records = consumer.poll(POLL).records(partition);
      long bytes = 0;
      for (ConsumerRecord<byte[], byte[]> record : records) {
        bytes += record.serializedKeySize() + (long) record.serializedValueSize();
        if (reading.isOver()) {
          break;
        }
        reading.take(record);
      }
      // Positions that have no record, such as the marks of transactions, are read as well.
      reading.readTo(consumer.position(partition), records.isEmpty());
      empty = records.isEmpty() ? empty + 1 : 0;
      if (!pace.read(bytes)) {
        break;
      }
    }
    return reading.slice();
  }

  private Progress from(Slice.Wanted wanted, TopicPartition partition) {
    long begins = offset(consumer.beginningOffsets(List.of(partition)), partition);
    @Nullable Progress before = wanted.progress();
    if (before != null) {
      boolean gone = before.next() < begins;
      return new Progress(
          Math.max(before.next(), begins),
          before.end(),
          before.cut() || gone,
          Math.max(before.searched(), begins),
          before.searchEnd());
    }
    long ends = offset(consumer.endOffsets(List.of(partition)), partition);
    return switch (wanted.span().since()) {
      case ReplaySpan.Position(long sequence) when isOf(wanted.life(), sequence) -> {
        long offset = Life.offsetOf(sequence);
        yield begin(Math.max(offset, begins), ends, offset < begins);
      }
      // The log began anew since: what it had there, it has no more.
      case ReplaySpan.Position _ -> begin(begins, ends, true);
      case ReplaySpan.Time(long millis) -> {
        @Nullable OffsetAndTimestamp first =
            consumer.offsetsForTimes(Map.of(partition, millis)).get(partition);
        long offset = first == null ? ends : first.offset();
        yield begin(offset, ends, offset == begins && begins > 0);
      }
    };
  }

  private static Progress begin(long offset, long ends, boolean cut) {
    return new Progress(offset, ends, cut, offset, ends);
  }

  private static boolean isOf(Life life, long sequence) {
    return Life.numberOf(sequence) == life.number();
  }

  private static long offset(Map<TopicPartition, Long> offsets, TopicPartition partition) {
    return Objects.requireNonNull(offsets.get(partition), partition::toString);
  }

  @Override
  public void close() {
    consumer.close();
  }

  /** What one turn has read so far. */
  private abstract static class Reading {
    private long scanned;

    abstract boolean isOver();

    /** The offset that is read next. */
    abstract long next();

    abstract void take(ConsumerRecord<byte[], byte[]> record) throws InterruptedException;

    abstract void readTo(long position, boolean nothing);

    abstract Slice slice();

    boolean isTurnOver() {
      return scanned >= ReplayRules.TURN_BYTES;
    }

    void scan(ConsumerRecord<byte[], byte[]> record) {
      scanned += record.serializedKeySize() + (long) record.serializedValueSize();
    }
  }

  /** Looks for what was taken back: what stands before that in the log is not to be sent again. */
  private final class Withdrawals extends Reading {
    private final Whose whose;
    private final ReplaySpan span;
    private final List<Slice.Withdrawn> found = new ArrayList<>();
    private Progress progress;

    Withdrawals(Slice.Wanted wanted, Progress from) {
      this.whose = new Whose(wanted.device());
      this.span = wanted.span();
      this.progress = from;
    }

    @Override
    boolean isOver() {
      return progress.isSearched() || isTurnOver();
    }

    @Override
    long next() {
      return progress.searched();
    }

    @Override
    void take(ConsumerRecord<byte[], byte[]> record) {
      scan(record);
      progress = progress.searchedTo(record.offset() + 1);
      byte @Nullable [] value = record.value();
      if (value == null || !whose.has(record.key())) {
        return;
      }
      try {
        DeviceId device = whose.of(record.key());
        Delivery delivery = deserializer.read(value);
        if (WithdrawalId.isOne(delivery.getId()) && span.isOf(delivery.getApp())) {
          String id = WithdrawalId.parse(delivery.getId()).withdrawn().value();
          DeliveryPrint print = DeliveryPrint.of(id, delivery.getToken(), device);
          found.add(new Slice.Withdrawn(delivery.getApp(), print));
        }
      } catch (UnreadableRecordException | InvalidValueException e) {
        // It takes nothing back.
      }
    }

    @Override
    void readTo(long position, boolean nothing) {
      if (nothing && position > progress.searched()) {
        progress = progress.searchedTo(position);
      }
    }

    @Override
    Slice slice() {
      return new Slice(List.of(), found, progress);
    }
  }

  /** Takes the device's records, until there are enough. */
  private final class Records extends Reading {
    private final Slice.Wanted wanted;
    private final Whose whose;
    private final List<Found> found = new ArrayList<>();

    /** As the records of the devices said in this turn. */
    private final Map<DeviceKey, Predicate<String>> ownByApp = new HashMap<>();

    private Progress progress;
    private long bytes;

    Records(Slice.Wanted wanted, Progress from) {
      this.wanted = wanted;
      this.whose = new Whose(wanted.device());
      this.progress = from;
    }

    @Override
    boolean isOver() {
      return progress.next() >= progress.end()
          || isTurnOver()
          || found.size() >= ReplayRules.SLICE_RECORDS
          || bytes >= ReplayRules.SLICE_BYTES;
    }

    @Override
    long next() {
      return progress.next();
    }

    @Override
    void take(ConsumerRecord<byte[], byte[]> record) throws InterruptedException {
      scan(record);
      // The log's own clock gives the times, so nothing earlier follows.
      if (record.offset() >= progress.end() || record.timestamp() >= wanted.span().until()) {
        progress = progress.endsAt(progress.next());
        return;
      }
      progress = progress.readTo(record.offset() + 1);
      byte @Nullable [] value = record.value();
      if (value != null && whose.has(record.key())) {
        take(record.offset(), record.key(), value);
      }
    }

    private void take(long offset, byte[] key, byte[] value) throws InterruptedException {
      try {
        Delivery delivery = deserializer.read(value);
        if (wanted.span().isOf(delivery.getApp())) {
          DeviceId device = whose.of(key);
          boolean own = isOwn(device, delivery);
          found.add(new Found(wanted.life().sequence(offset), device, delivery, own));
          bytes += value.length;
        }
      } catch (UnreadableRecordException | InvalidValueException e) {
        // It is among the dead letters, or waits in the inbox for its schema.
      }
    }

    private boolean isOwn(DeviceId device, Delivery delivery) throws InterruptedException {
      DeviceKey key = new DeviceKey(device, delivery.getApp());
      Predicate<String> own = ownByApp.get(key);
      if (own == null) {
        own = own(device, delivery.getApp());
        ownByApp.put(key, own);
      }
      return own.test(delivery.getToken());
    }

    private Predicate<String> own(DeviceId device, String app) throws InterruptedException {
      try {
        return tokens.of(device, app);
      } catch (IllegalStateException e) {
        throw new TokensUnknownException(e);
      }
    }

    @Override
    void readTo(long position, boolean nothing) {
      if (nothing && position > progress.next()) {
        progress = progress.readTo(position);
      }
    }

    @Override
    Slice slice() {
      return new Slice(found, progress);
    }
  }
}
