package dev.tidings.ingest.replay;

import dev.tidings.schemas.avro.ReplayOrder;
import dev.tidings.schemas.avro.ReplayProgress;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The progress of each partition with one replay. For one thread at a time. */
final class KnownReplay {
  private static final int OWN_BYTES = 500;
  private static final int PARTITION_BYTES = 200;
  private static final int APP_BYTES = 60;

  /** The endings, from the one that counts least for the whole. */
  private static final List<String> ENDINGS =
      List.of("completed", "away", "expired", "stopped", "failed");

  private final String id;
  private final ReplayOrder order;
  private final Map<Integer, ReplayProgress> progress = new HashMap<>();
  private boolean stopping;

  KnownReplay(String id, ReplayOrder order) {
    this.id = id;
    this.order = order;
  }

  ReplayOrder order() {
    return order;
  }

  /** Returns about how much memory it takes. */
  long bytes() {
    @Nullable List<String> apps = order.getApps();
    return OWN_BYTES
        + (apps == null ? 0 : apps.stream().mapToLong(app -> APP_BYTES + (long) app.length()).sum())
        + (long) PARTITION_BYTES * Math.max(1, order.getPartitions());
  }

  void progress(int partition, ReplayProgress now) {
    // The topic has room for what other programs write.
    if (progress.containsKey(partition) || progress.size() < order.getPartitions()) {
      progress.put(partition, now);
    }
  }

  void stop() {
    stopping = true;
  }

  boolean isOver() {
    return ended() >= order.getPartitions();
  }

  private int ended() {
    return (int) progress.values().stream().filter(each -> each.getEnding() != null).count();
  }

  ReplayState state() {
    Collection<ReplayProgress> all = progress.values();
    return new ReplayState(
        id,
        order,
        name(),
        ended(),
        sum(ReplayProgress::getFound),
        sum(ReplayProgress::getDevices),
        sum(ReplayProgress::getSent),
        sum(ReplayProgress::getAway),
        sum(ReplayProgress::getLeftOut),
        all.stream().anyMatch(ReplayProgress::getCut),
        all.isEmpty()
            ? null
            : all.stream().mapToLong(ReplayProgress::getStartedAt).min().getAsLong(),
        isOver() ? all.stream().mapToLong(ReplayProgress::getAt).max().orElse(0) : null);
  }

  private long sum(ToLongFunction<ReplayProgress> of) {
    return progress.values().stream().mapToLong(each -> Math.max(0, of.applyAsLong(each))).sum();
  }

  private String name() {
    if (!isOver()) {
      return stopping ? "stopping" : progress.isEmpty() ? "waiting" : "running";
    }
    int worst =
        progress.values().stream()
            .mapToInt(each -> ENDINGS.indexOf(String.valueOf(each.getEnding())))
            // What a later version calls it is not known here.
            .map(each -> each < 0 ? ENDINGS.size() - 1 : each)
            .max()
            .orElse(0);
    return ENDINGS.get(worst);
  }
}
