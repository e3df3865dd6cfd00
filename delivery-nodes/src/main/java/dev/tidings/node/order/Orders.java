package dev.tidings.node.order;

import dev.tidings.node.deliver.Partitions;
import dev.tidings.node.log.write.LogWrite;
import dev.tidings.node.log.write.LogWriter;
import dev.tidings.node.replay.ordered.OrderRuns;
import dev.tidings.schemas.avro.OrderedReplay;
import dev.tidings.schemas.avro.ReplayProgress;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.ReplayKey;
import dev.tidings.service.table.TableReader;
import dev.tidings.service.table.TableSource;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * Follows the topic {@code replays}, and has the partitions of this node carry out what providers
 * have ordered. Whoever gets a partition later goes on where the last record of it says.
 * Thread-safe.
 */
public final class Orders implements AutoCloseable {
  /** After which an order that nobody has ended is forgotten: no partition goes on with it. */
  static final Duration FORGOTTEN = OrderRuns.MOST_TIME.multipliedBy(2);

  private final OrderTable table;
  private final TableReader<OrderTable.Change> reader;
  private final Partitions partitions;
  private final LogWriter log;

  /** Whether there were any when this was last looked at. On the thread that sweeps. */
  private boolean had;

  /**
   * Starts reading.
   *
   * @param source the topic {@code replays}
   * @param count how many partitions {@code deliveries} has
   */
  public Orders(
      TableSource source,
      RegistryClient registry,
      int count,
      Partitions partitions,
      LogWriter log,
      InstantSource clock) {
    this.table = new OrderTable(count);
    this.partitions = partitions;
    this.log = log;
    AvroDeserializer<OrderedReplay> deserializer =
        new AvroDeserializer<>(registry, OrderedReplay.class);
    this.reader =
        TableReader.start(
            "replay orders",
            source,
            record -> OrderTable.change(record, deserializer),
            table,
            clock);
  }

  /**
   * Tells each partition what it has to do. To be called several times a second, by one thread at a
   * time.
   */
  public void sweep() {
    boolean has = reader.isWhole() && table.size() > 0;
    if (has || had) {
      for (int number : partitions.numbers()) {
        partitions.carryOut(
            number,
            has ? table.of(number) : List.of(),
            (id, progress) -> write(id, number, progress));
      }
    }
    had = has;
  }

  private void write(String id, int number, ReplayProgress progress) {
    log.write(
        LogWrite.record(
            LogTopics.REPLAYS,
            new ReplayKey.Progress(id, number).bytes(),
            new OrderedReplay(null, progress),
            () -> {}));
  }

  /** How many orders there are that not all partitions are done with. */
  public int open() {
    return table.size();
  }

  /** How many records of the topic are not read yet. */
  public long lag() {
    return reader.lag();
  }

  @Override
  public void close() throws InterruptedException {
    reader.close();
  }
}
