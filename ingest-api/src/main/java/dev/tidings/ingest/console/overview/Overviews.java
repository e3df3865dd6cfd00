package dev.tidings.ingest.console.overview;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Makes overviews of samples that follow one another. For one thread. */
final class Overviews {
  /** So long ago latencies are counted from. */
  private static final long WINDOW = TimeUnit.SECONDS.toNanos(10);

  /** Rates over a longer time would be no rates of now. */
  private static final long LONGEST_GAP = TimeUnit.SECONDS.toNanos(30);

  private final Deque<Sample> samples = new ArrayDeque<>();
  private final Alarms alarms = new Alarms();

  /**
   * How the installation is doing.
   *
   * @param rates null with the first sample
   * @param latency the same
   */
  record Overview(
      Sample sample, @Nullable Rates rates, @Nullable Latency latency, List<Alarm> alarms) {}

  /** Returns the next one. */
  Overview next(Sample now) {
    if (!samples.isEmpty() && now.nanos() - samples.getLast().nanos() > LONGEST_GAP) {
      samples.clear();
    }
    while (samples.size() > 1 && now.nanos() - samples.getFirst().nanos() > WINDOW) {
      samples.removeFirst();
    }
    @Nullable Sample before = samples.peekLast();
    @Nullable Sample first = samples.peekFirst();
    samples.addLast(now);
    return new Overview(
        now,
        before == null ? null : Rates.between(before, now),
        first == null ? null : Latency.between(first, now),
        alarms.of(now));
  }
}
