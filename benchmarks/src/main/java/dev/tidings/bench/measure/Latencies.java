package dev.tidings.bench.measure;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** A histogram of latencies of up to ten minutes, with three digits. Not thread-safe. */
public final class Latencies {
  private static final long LONGEST = TimeUnit.MINUTES.toNanos(10);

  private final Histogram histogram = new Histogram(TimeUnit.MICROSECONDS.toNanos(1), LONGEST, 3);

  public void record(long nanos) {
    histogram.recordValue(Math.clamp(nanos, 0, LONGEST));
  }

  public void add(Latencies other) {
    histogram.add(other.histogram);
  }

  /** Removes all of them. */
  public void reset() {
    histogram.reset();
  }

  public long count() {
    return histogram.getTotalCount();
  }

  /** Returns a percentile in milliseconds; 0 if there are no latencies. */
  public double millis(double percentile) {
    return count() == 0 ? 0 : histogram.getValueAtPercentile(percentile) / 1e6;
  }

  /** Returns the longest one, in milliseconds. */
  public double maxMillis() {
    return histogram.getMaxValue() / 1e6;
  }
}
