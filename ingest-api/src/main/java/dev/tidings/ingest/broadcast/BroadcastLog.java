package dev.tidings.ingest.broadcast;

import static java.util.Objects.requireNonNull;

import dev.tidings.schemas.avro.Broadcast;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.topic.BroadcastKey;
import dev.tidings.schemas.topic.BroadcastKey.Kind;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.service.kafka.ProducerFailure;
import dev.tidings.service.kafka.producer.ProducerSource;
import dev.tidings.service.kafka.producer.SharedAvroSerializer;
import dev.tidings.service.log.SeldomLog;
import dev.tidings.service.table.TableReader;
import dev.tidings.service.table.TableSource;
import dev.tidings.service.table.TableWaits;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.LoggerFactory;

/**
 * The topic {@code broadcasts}: written, a record to each partition, and read whole, so that every
 * process can tell how far each broadcast has come.
 */
public final class BroadcastLog implements Broadcasts, AutoCloseable {
  /** How many are written at a time, and how many wait to know what there is. */
  private static final int AT_ONCE = 64;

  /** Of some 50,000 broadcasts, with eight partitions and short conditions. */
  private static final long MOST_BYTES = 48L * 1024 * 1024;

  private final ProducerSource producers;
  private final SharedAvroSerializer<Broadcast> serializer;
  private final String topic;
  private final int partitions;
  private final String instance;
  private final InstantSource clock;
  private final BroadcastTable table;
  private final TableReader<BroadcastTable.Change> reader;
  private final TableWaits waits;
  private final Semaphore writing = new Semaphore(AT_ONCE);
  private final SeldomLog failures = new SeldomLog(LoggerFactory.getLogger(BroadcastLog.class));

  /**
   * Starts reading.
   *
   * @param source the topic {@code broadcasts}
   * @param producers do not block
   * @param partitions how many the topic has
   */
  public BroadcastLog(
      TableSource source,
      ProducerSource producers,
      RegistryClient registry,
      int partitions,
      String instance,
      InstantSource clock) {
    this.producers = producers;
    this.serializer = new SharedAvroSerializer<>(registry);
    this.topic = source.topic();
    this.partitions = partitions;
    this.instance = instance;
    this.clock = clock;
    this.table = new BroadcastTable(MOST_BYTES, partitions);
    AvroDeserializer<Broadcast> deserializer = new AvroDeserializer<>(registry, Broadcast.class);
    this.reader =
        TableReader.start(
            "broadcasts",
            source,
            record -> BroadcastTable.change(record, deserializer),
            table,
            clock);
    this.waits = new TableWaits(reader, AT_ONCE);
  }

  @Override
  public boolean isKnown() {
    return reader.isWhole();
  }

  @Override
  public int open(Predicate<String> app) {
    return table.open(app);
  }

  @Override
  public Optional<BroadcastState> find(NotificationId id) {
    return table.find(id);
  }

  @Override
  public Optional<CompletionStage<Void>> catchUp() {
    return waits.readToEnd();
  }

  /** Returns how often the end of the topic was not waited for, because too many did. */
  public long crowded() {
    return waits.crowded();
  }

  @Override
  public void send(NewBroadcast broadcast, byte[] payload, Consumer<BroadcastResult> result) {
    long now = clock.millis();
    write(
        broadcast.id(),
        Kind.REQUEST,
        broadcast.record(payload, now, instance),
        new BroadcastResult.Accepted(now),
        result);
  }

  @Override
  public void stop(NotificationId id, String app, Consumer<BroadcastResult> result) {
    write(
        id,
        Kind.STOP,
        NewBroadcast.stop(app),
        new BroadcastResult.Accepted(clock.millis()),
        result);
  }

  private void write(
      NotificationId id,
      Kind kind,
      Broadcast record,
      BroadcastResult written,
      Consumer<BroadcastResult> result) {
    if (!writing.tryAcquire()) {
      result.accept(new BroadcastResult.Busy());
      return;
    }
    byte[] value;
    try {
      value = serializer.serialize(topic, record);
    } catch (RuntimeException e) {
      writing.release();
      result.accept(failed(id, e));
      return;
    }
    AtomicInteger open = new AtomicInteger(partitions);
    AtomicInteger acknowledged = new AtomicInteger();
    AtomicReference<BroadcastResult> worst = new AtomicReference<>(written);
    for (int partition = 0; partition < partitions; partition++) {
      byte[] key = new BroadcastKey(id, partition, kind).bytes();
      producers.send(
          new ProducerRecord<>(topic, partition, key, value),
          failure -> {
            if (failure == null) {
              acknowledged.incrementAndGet();
            } else {
              worst.set(failed(id, failure));
            }
            if (open.decrementAndGet() == 0) {
              writing.release();
              BroadcastResult all = requireNonNull(worst.get());
              // Whatever the reason: some have it, and the same again settles that.
              result.accept(
                  all.equals(written) || acknowledged.get() == 0
                      ? all
                      : new BroadcastResult.NotWritten());
            }
          });
    }
  }

  private BroadcastResult failed(NotificationId id, Exception failure) {
    if (ProducerFailure.mayPass(failure)) {
      return new BroadcastResult.NotWritten();
    }
    failures.error("broadcast " + id + " not written", failure);
    return new BroadcastResult.Failed();
  }

  /** Returns how many are known that have not ended. */
  public int open() {
    return table.open();
  }

  /** Returns the number of records of the topic that are not read yet. */
  public long lag() {
    return reader.lag();
  }

  /** Returns how much memory those take that are known, roughly. */
  public long bytes() {
    return table.bytes();
  }

  @Override
  public void close() throws InterruptedException {
    reader.close();
  }
}
