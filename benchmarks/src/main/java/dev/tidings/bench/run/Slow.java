package dev.tidings.bench.run;

import dev.tidings.bench.provider.SendPace;
import dev.tidings.infra.stack.Progress;
import java.time.Duration;
import java.util.Locale;

/**
 * Sends the same load three times to devices that confirm immediately: alone, beside slow devices
 * with many pending notifications, and again after those have caught up.
 *
 * <p>All of that is repeated, and the last round counts: in the first, the services still compile
 * the code for parking, which has nothing to do with slow devices.
 *
 * @param load the load; its warm-up happens once
 * @param owed how many notifications are sent to each slow device in a round
 * @param confirmEvery how often a slow device confirms one
 * @param rounds how many times
 */
public record Slow(Load load, int owed, Duration confirmEvery, int rounds) {
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /**
   * The result.
   *
   * @param before the others' load before the slow devices had pending notifications
   * @param beside the others' load while the slow devices had many
   * @param after the others' load when everything was delivered
   * @param owed the pending notifications of all slow devices together
   * @param left how many of those were not confirmed at the end of {@code beside}
   * @param catchUpSeconds how long they took for those, confirming immediately
   * @param slow the outcome of everything sent to the slow devices
   */
  public record Result(
      LoadResult before,
      LoadResult beside,
      LoadResult after,
      long owed,
      long left,
      double catchUpSeconds,
      Counts slow) {

    /**
     * Returns the ratio of the p99 beside slow devices to the p99 without: the mean of before and
     * after.
     */
    public double ratio() {
      return 2
          * beside.deliver().millis(99)
          / (before.deliver().millis(99) + after.deliver().millis(99));
    }

    /** Whether everything arrived, once and in order. */
    public boolean isClean() {
      // The counts of the load are for the whole run.
      return after.counts().isClean() && slow.isClean();
    }
  }

  /** Runs the scenario; all devices must be connected. */
  public Result run(TestBed testBed, Side others, Side slow, Progress progress)
      throws InterruptedException {
    LoadResult before = load.run(testBed.processes(), others.devices(), others.provider());
    progress.step(before.line("before"));
    Result result = round(testBed, others, slow, before, progress);
    for (int round = 2; round <= rounds; round++) {
      result = round(testBed, others, slow, result.after(), progress);
    }
    return result;
  }

  private Result round(
      TestBed testBed, Side others, Side slow, LoadResult before, Progress progress)
      throws InterruptedException {
    slow.devices().confirmEvery(confirmEvery);
    long already = slow.devices().received();
    long all = (long) owed * slow.devices().size();
    try (var nodes = new NodeWatch(testBed.pipeline())) {
      double until = nodes.arrived() + all;
      slow.provider().start(new SendPace.Burst(all));
      awaitOwed(nodes, until, slow);
    }
    progress.step("the slow devices have %d to confirm".formatted(left(already + all, slow)));

    Load again = load.withoutWarmUp();
    LoadResult beside = again.run(testBed.processes(), others.devices(), others.provider());
    progress.step(beside.line("beside them"));
    long left = left(already + all, slow);

    long start = System.nanoTime();
    slow.devices().confirmEvery(Duration.ZERO);
    Counts counts = Counts.of(slow.provider(), slow.devices());
    double seconds = (System.nanoTime() - start) / 1e9;
    progress.step(String.format(Locale.ROOT, "the slow devices have all: %.1f s", seconds));
    LoadResult after = again.run(testBed.processes(), others.devices(), others.provider());
    progress.step(after.line("after"));
    return new Result(before, beside, after, all, left, seconds, counts);
  }

  private static long left(long all, Side slow) {
    return all - slow.devices().received() + slow.devices().unconfirmed();
  }

  /** Waits until all have been read by a node, and the parked ones are in the log. */
  private static void awaitOwed(NodeWatch nodes, double until, Side slow)
      throws InterruptedException {
    nodes.await(PATIENCE, () -> nodes.arrived() >= until && nodes.isWritten());
    slow.provider().stop(PATIENCE);
  }
}
