package dev.tidings.bench.measure;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Latencies of up to ten minutes, to three digits. For one thread at a time. */
public final class Latencies {
  private static final long LONGEST = TimeUnit.MINUTES.toNanos(10);

  private final Histogram histogram = new Histogram(TimeUnit.MICROSECONDS.toNanos(1), LONGEST, 3);

  public void record(long nanos) {
    histogram.recordValue(Math.clamp(nanos, 0, LONGEST));
  }

  public void add(Latencies other) {
    histogram.add(other.histogram);
  }

  /** Forgets all of them. */
  public void reset() {
    histogram.reset();
  }

  public long count() {
    return histogram.getTotalCount();
  }

  /** The latency, in milliseconds, that so many percent do not exceed; 0 if there is none. */
  public double millis(double percentile) {
    return count() == 0 ? 0 : histogram.getValueAtPercentile(percentile) / 1e6;
  }

  /** The longest one, in milliseconds. */
  public double maxMillis() {
    return histogram.getMaxValue() / 1e6;
  }
}
