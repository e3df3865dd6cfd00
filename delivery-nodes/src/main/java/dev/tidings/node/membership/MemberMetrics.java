package dev.tidings.node.membership;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * The metrics by which Kafka's consumers tell what their group has answered. Kafka Streams copies
 * all of its metrics, thousands, for whoever asks for some: so these are looked for once in a
 * while, and their values are read each time. For one thread.
 */
public final class MemberMetrics {
  private static final long EVERY_NANOS = Duration.ofSeconds(1).toNanos();

  private final Supplier<? extends Map<MetricName, ? extends Metric>> all;
  private final LongSupplier nanoTime;
  private Map<MetricName, Metric> found = Map.of();
  private long foundAt;

  /**
   * @param all returns all metrics that there are now
   */
  public MemberMetrics(
      Supplier<? extends Map<MetricName, ? extends Metric>> all, LongSupplier nanoTime) {
    this.all = all;
    this.nanoTime = nanoTime;
    this.foundAt = nanoTime.getAsLong() - EVERY_NANOS;
  }

  /** Returns the group's answers to the members that there were a moment ago, by client id. */
  public Map<String, GroupAnswers> answers() {
    long now = nanoTime.getAsLong();
    if (now - foundAt >= EVERY_NANOS) {
      foundAt = now;
      Map<MetricName, Metric> anew = new HashMap<>();
      all.get()
          .forEach((name, metric) -> {
            if (GroupAnswers.isIn(name)) {
              anew.put(name, metric);
            }
          });
      found = anew;
    }
    return GroupAnswers.of(found);
  }
}
