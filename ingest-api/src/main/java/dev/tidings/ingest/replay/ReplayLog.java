package dev.tidings.ingest.replay;

import dev.tidings.schemas.avro.OrderedReplay;
import dev.tidings.schemas.avro.ReplayOrder;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.topic.ReplayKey;
import dev.tidings.service.kafka.producer.AwaitedWrites;
import dev.tidings.service.kafka.producer.ProducerSource;
import dev.tidings.service.kafka.producer.SharedAvroSerializer;
import dev.tidings.service.table.TableReader;
import dev.tidings.service.table.TableSource;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The topic {@code replays}: written, and read whole. Thread-safe. */
public final class ReplayLog implements ReplayOrders, AutoCloseable {
  /** Of some 8,000 replays, with eight partitions and few apps. */
  private static final long MOST_BYTES = 16L * 1024 * 1024;

  private final AwaitedWrites writes;
  private final SharedAvroSerializer<OrderedReplay> serializer;
  private final String topic;
  private final ReplayTable table = new ReplayTable(MOST_BYTES);
  private final TableReader<ReplayTable.Change> reader;
  private final AtomicLong ordered = new AtomicLong();

  /**
   * Starts reading.
   *
   * @param source the topic {@code replays}
   * @param producers acknowledged by all replicas; owned and closed by the caller
   */
  public ReplayLog(
      TableSource source, ProducerSource producers, RegistryClient registry, InstantSource clock) {
    this.writes = new AwaitedWrites(producers);
    this.serializer = new SharedAvroSerializer<>(registry);
    this.topic = source.topic();
    AvroDeserializer<OrderedReplay> deserializer =
        new AvroDeserializer<>(registry, OrderedReplay.class);
    this.reader =
        TableReader.start(
            "replays", source, record -> ReplayTable.change(record, deserializer), table, clock);
  }

  @Override
  public boolean isKnown() {
    return reader.isWhole();
  }

  @Override
  public void order(String id, ReplayOrder order) throws InterruptedException {
    write(new ReplayKey.Order(id), new OrderedReplay(order, null));
    table.ordered(id, order);
    ordered.incrementAndGet();
  }

  @Override
  public void stop(String id) throws InterruptedException {
    write(new ReplayKey.Stop(id), new OrderedReplay(null, null));
    table.stopped(id);
  }

  private void write(ReplayKey key, OrderedReplay record) throws InterruptedException {
    writes.write(new ProducerRecord<>(topic, key.bytes(), serializer.serialize(topic, record)));
  }

  @Override
  public Optional<ReplayState> find(String id) {
    return table.find(id);
  }

  @Override
  public int open(Predicate<ReplayOrder> which) {
    return table.open(which);
  }

  @Override
  public boolean catchUp(Duration patience) throws InterruptedException {
    try {
      reader.readToEnd().toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return reader.isWhole();
    } catch (ExecutionException | TimeoutException e) {
      return false;
    }
  }

  @Override
  public Optional<ReplayState> awaitEnd(String id, Duration patience) throws InterruptedException {
    return table.awaitEnd(id, patience.toNanos());
  }

  /** Returns how many were ordered here. */
  public long ordered() {
    return ordered.get();
  }

  /** Returns how many are known that have not ended. */
  public int open() {
    return table.open(_ -> true);
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
