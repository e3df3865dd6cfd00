package dev.tidings.bench.run;

import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.TidingsService;
import java.time.Duration;

/** The state of the delivery nodes, according to their metrics. */
final class NodeWatch implements AutoCloseable {
  private static final Duration LOOK_EVERY = Duration.ofMillis(20);

  private final ServiceMetrics metrics;

  NodeWatch(Pipeline pipeline) {
    this.metrics = new ServiceMetrics(pipeline);
  }

  /** A condition to wait for. */
  interface Condition {
    boolean holds() throws InterruptedException;
  }

  /** Returns how many deliveries the running processes have parked. */
  double parked() throws InterruptedException {
    return sum("deliveries_parked_total");
  }

  /** Returns how many deliveries the running processes have read. */
  double arrived() throws InterruptedException {
    return sum("deliveries_arrived_total");
  }

  /** Whether everything that the nodes have written is in the log. */
  boolean isWritten() throws InterruptedException {
    return sum("log_pending") == 0;
  }

  /** Returns how many partitions are being served. */
  int openPartitions() throws InterruptedException {
    return (int) sum("partitions_open");
  }

  /** Whether nothing is pending. */
  boolean isIdle() throws InterruptedException {
    return sum("window_bytes") == 0 && sum("log_pending") == 0;
  }

  private double sum(String meter) throws InterruptedException {
    return metrics.sum(TidingsService.DELIVERY_NODE, "tidings_node_" + meter);
  }

  /**
   * Waits for a condition.
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
