package dev.tidings.node.order;

import dev.tidings.node.replay.ordered.Order;
import dev.tidings.schemas.avro.ReplayOrder;
import dev.tidings.schemas.avro.ReplayProgress;
import dev.tidings.schemas.topic.Partitioning;
import dev.tidings.schemas.value.DeviceId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An order that not all partitions are done with. For one thread at a time. */
final class OpenOrder {
  private final String id;
  private final ReplayOrder asked;

  /** The only partition that has to do with it; negative if all have. */
  private final int only;

  private final int count;
  private final Map<Integer, ReplayProgress> progress = new HashMap<>();
  private boolean isToStop;

  /**
   * @param count how many partitions there are
   */
  OpenOrder(String id, ReplayOrder asked, int count) {
    this.id = id;
    this.asked = asked;
    this.count = count;
    @Nullable String device = asked.getDevice();
    this.only = device == null ? -1 : Partitioning.partition(new DeviceId(device).key(), count);
  }

  private boolean isOf(int partition) {
    return only < 0 ? partition >= 0 && partition < count : partition == only;
  }

  /** Whoever had the partition before may say later that it is not done: it is. */
  void progress(int partition, ReplayProgress now) {
    @Nullable ReplayProgress before = progress.get(partition);
    if (isOf(partition) && (before == null || !isEnded(before) || isEnded(now))) {
      progress.put(partition, now);
    }
  }

  void stop() {
    isToStop = true;
  }

  long requestedAt() {
    return asked.getRequestedAt();
  }

  /** Whether all partitions are done with it. */
  boolean isOver() {
    long ended = progress.values().stream().filter(OpenOrder::isEnded).count();
    return ended >= (only < 0 ? count : 1);
  }

  private static boolean isEnded(ReplayProgress progress) {
    return progress.getEnding() != null;
  }

  /** What a partition has to do of it. */
  Optional<Order> of(int partition) {
    @Nullable ReplayProgress before = progress.get(partition);
    return isOf(partition) && (before == null || !isEnded(before))
        ? Optional.of(new Order(id, asked, before, isToStop))
        : Optional.empty();
  }
}
