package dev.tidings.ingest.replay;

import dev.tidings.schemas.avro.ReplayOrder;
import dev.tidings.schemas.avro.ReplayProgress;
import java.time.Duration;
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

  /** A partition gives it up after a day; one that nobody has then, nobody ends. */
  private static final Duration FORGOTTEN_AFTER = Duration.ofDays(2);

  private static final String EXPIRED = "expired";

  /** The endings, from the one that counts least for the whole. */
  private static final List<String> ENDINGS =
      List.of("completed", "away", EXPIRED, "stopped", "failed");

  private final String id;
  private final ReplayOrder order;
  private final Map<Integer, ReplayProgress> progress = new HashMap<>();
  private boolean stopping;
  private boolean forgotten;

  KnownReplay(String id, ReplayOrder order) {
    this.id = id;
    this.order = order;
  }

  String id() {
    return id;
  }

  ReplayOrder order() {
    return order;
  }

  /** Returns about how much memory it takes. */
  long bytes() {
    @Nullable List<String> apps = order.getApps();
    return OWN_BYTES
        + (apps == null ? 0 : apps.stream().mapToLong(app -> APP_BYTES + (long) app.length()).sum())
        + (long) PARTITION_BYTES * Math.max(1, progress.size());
  }

  /** Whoever had the partition before may say later that it is not done: it is. */
  void progress(int partition, ReplayProgress now) {
    @Nullable ReplayProgress before = progress.get(partition);
    // The topic has room for what other programs write.
    boolean counts =
        before == null
            ? progress.size() < order.getPartitions()
            : before.getEnding() == null || now.getEnding() != null;
    if (counts) {
      progress.put(partition, now);
    }
  }

  /** Whether no partition goes on with it any more. */
  boolean isForgotten(long now) {
    return now - order.getRequestedAt() > FORGOTTEN_AFTER.toMillis();
  }

  void forget() {
    forgotten = true;
  }

  void stop() {
    stopping = true;
  }

  boolean isOver() {
    return forgotten || isEnded();
  }

  private boolean isEnded() {
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
        isOver()
            ? all.stream().mapToLong(ReplayProgress::getAt).max().orElse(order.getRequestedAt())
            : null);
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
            .filter(each -> each.getEnding() != null)
            .mapToInt(each -> ENDINGS.indexOf(String.valueOf(each.getEnding())))
            // What a later version calls it is not known here.
            .map(each -> each < 0 ? ENDINGS.size() - 1 : each)
            .max()
            .orElse(0);
    worst = isEnded() ? worst : Math.max(worst, ENDINGS.indexOf(EXPIRED));
    return ENDINGS.get(worst);
  }
}
