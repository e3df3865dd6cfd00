package dev.tidings.bench.run;

import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.TidingsService;
import java.time.Duration;

/** The delivery nodes as their metrics show them. */
final class NodeWatch implements AutoCloseable {
  private static final Duration LOOK_EVERY = Duration.ofMillis(20);

  private final ServiceMetrics metrics;

  NodeWatch(Pipeline pipeline) {
    this.metrics = new ServiceMetrics(pipeline);
  }

  /** Something to wait for. */
  interface Condition {
    boolean holds() throws InterruptedException;
  }

  /** How many deliveries were parked by the processes that run. */
  double parked() throws InterruptedException {
    return sum("deliveries_parked_total");
  }

  /** How many deliveries have come to the processes that run. */
  double arrived() throws InterruptedException {
    return sum("deliveries_arrived_total");
  }

  /** Whether everything that the nodes write stands in the log. */
  boolean isWritten() throws InterruptedException {
    return sum("log_pending") == 0;
  }

  /** How many partitions are at work. */
  int openPartitions() throws InterruptedException {
    return (int) sum("partitions_open");
  }

  /** Whether nothing waits for anything. */
  boolean isIdle() throws InterruptedException {
    return sum("window_bytes") == 0 && sum("log_pending") == 0;
  }

  private double sum(String meter) throws InterruptedException {
    return metrics.sum(TidingsService.DELIVERY_NODE, "tidings_node_" + meter);
  }

  /**
   * Waits for it.
   *
   * @throws IllegalStateException if that takes longer than {@code patience}
   */
  void await(Duration patience, Condition condition) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException(
            "%.0f parked, %d partitions open after %d s"
                .formatted(parked(), openPartitions(), patience.toSeconds()));
      }
      Thread.sleep(LOOK_EVERY);
    }
  }

  @Override
  public void close() {
    metrics.close();
  }
}
