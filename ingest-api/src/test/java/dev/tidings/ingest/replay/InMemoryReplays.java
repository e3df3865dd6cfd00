package dev.tidings.ingest.replay;

import dev.tidings.schemas.avro.OrderedReplay;
import dev.tidings.schemas.avro.ReplayOrder;
import dev.tidings.schemas.avro.ReplayProgress;
import dev.tidings.schemas.topic.ReplayKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** A log of replays that is only in memory, and what partitions have written there. */
public final class InMemoryReplays implements ReplayOrders {
  final ReplayTable table = new ReplayTable(1 << 20);
  final List<ReplayOrder> orders = new ArrayList<>();
  final List<String> ids = new ArrayList<>();
  final List<String> stopped = new ArrayList<>();
  volatile boolean away;
  volatile boolean known = true;
  volatile CompletableFuture<Void> reading = CompletableFuture.completedFuture(null);
  volatile @Nullable ReplayProgress answer;

  @Override
  public boolean isKnown() {
    return known;
  }

  @Override
  public synchronized void order(String id, ReplayOrder order) {
    if (away) {
      throw new KafkaException("the broker is away");
    }
    orders.add(order);
    ids.add(id);
    table.ordered(id, order);
    ReplayProgress progress = answer;
    if (progress != null) {
      for (int partition = 0; partition < order.getPartitions(); partition++) {
        progress(id, partition, progress);
      }
    }
  }

  void progress(String id, int partition, ReplayProgress progress) {
    table.apply(
        List.of(
            new ReplayTable.Change(
                new ReplayKey.Progress(id, partition), new OrderedReplay(null, progress))),
        Map.of(),
        Uuid.ZERO_UUID,
        0);
  }

  @Override
  public synchronized void stop(String id) {
    stopped.add(id);
    table.stopped(id);
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
  public boolean catchUp(Duration patience) {
    reading.join();
    return known;
  }

  @Override
  public Optional<ReplayState> awaitEnd(String id, Duration patience) throws InterruptedException {
    return table.awaitEnd(id, Duration.ofMillis(50).toNanos());
  }
}
