package dev.tidings.service.kafka.damage;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions of this process that are not read because the next batch is damaged, and what was
 * skipped. Thread-safe.
 */
public final class DamagedPartitions {
  private static final Logger log = LoggerFactory.getLogger(DamagedPartitions.class);
  private static final int MOST_NAMED = 8;

  private final boolean skips;
  private final CompositeMeterRegistry metrics;

  /** Why each is not read; in the order of a consumer and a partition. */
  private final Map<Place, String> waiting;

  /** A partition may be read by several consumers, from different places. */
  private record Place(Object consumer, TopicPartition partition) {}

  private DamagedPartitions(
      boolean skips, Map<Place, String> waiting, CompositeMeterRegistry metrics) {
    this.skips = skips;
    this.waiting = waiting;
    this.metrics = metrics;
  }

  /**
   * Creates one without metrics, because clients are made before them: see {@link #bindTo}.
   *
   * @param skips whether damaged records are skipped: else their partition waits
   */
  public DamagedPartitions(boolean skips) {
    this(skips, new ConcurrentHashMap<>(), new CompositeMeterRegistry());
  }

  /** Has these metrics from now on. */
  public void bindTo(MeterRegistry registry) {
    metrics.add(registry);
    Gauge.builder("tidings.kafka.partitions.damaged", waiting, Map::size)
        .description("Partitions that are not read because their next batch is damaged.")
        .register(metrics);
  }

  /** Returns one that skips damaged records in any case, and is otherwise this. */
  public DamagedPartitions skipping() {
    return new DamagedPartitions(true, waiting, metrics);
  }

  boolean skips() {
    return skips;
  }

  /** Returns a description of the partitions that are not read; empty if there is none. */
  public String trouble() {
    return trouble(any -> true);
  }

  /** As the other, of one topic. */
  public String trouble(String topic) {
    return trouble(partition -> partition.topic().equals(topic));
  }

  private String trouble(Predicate<TopicPartition> of) {
    Map<String, String> reasons = new TreeMap<>();
    waiting.forEach((place, why) -> {
      if (of.test(place.partition())) {
        reasons.putIfAbsent(place.partition().toString(), why);
      }
    });
    return reasons.entrySet().stream()
        .limit(MOST_NAMED)
        .map(each -> each.getKey() + " is not read: " + each.getValue())
        .collect(Collectors.joining("; "));
  }

  /** The next batch of a partition is damaged: it is not read until it can be. */
  void waits(Object consumer, TopicPartition partition, long offset, String why) {
    if (waiting.put(new Place(consumer, partition), "offset " + offset + ": " + why) == null) {
      log.error(
          "{} offset {} cannot be read, and is tried again; other partitions are read meanwhile:"
              + " {}",
          partition,
          offset,
          why);
    }
  }

  /** A partition is read again, or not by this consumer any more. */
  void goesOn(Object consumer, TopicPartition partition) {
    if (waiting.remove(new Place(consumer, partition)) != null) {
      log.info("{} is not waited for any more", partition);
    }
  }

  /** A damaged record is skipped, and lost. */
  void skipped(TopicPartition partition, long offset, String why) {
    log.error("{} offset {} is skipped, and lost: {}", partition, offset, why);
    Counter.builder("tidings.kafka.records.skipped")
        .description("Damaged records that were skipped.")
        .tag("topic", partition.topic())
        .register(metrics)
        .increment();
  }
}
