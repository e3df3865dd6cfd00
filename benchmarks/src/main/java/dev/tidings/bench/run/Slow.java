package dev.tidings.bench.run;

import dev.tidings.bench.device.DeviceFleet;
import dev.tidings.bench.provider.Provider;
import dev.tidings.bench.provider.SendPace;
import dev.tidings.infra.stack.Progress;
import java.time.Duration;
import java.util.Locale;

/**
 * The same load three times for the devices that confirm at once: while nobody is slow, beside slow
 * devices that are owed a lot, and again when those have caught up.
 *
 * <p>All of that is done more than once, and the last time counts: the first time, the services
 * still compile what parking takes, which is no slow device's doing.
 *
 * @param load the load, whose warm-up comes once
 * @param owed how many each slow device is owed each time
 * @param confirmEvery how often a slow device confirms one
 * @param rounds how many times
 */
public record Slow(Load load, int owed, Duration confirmEvery, int rounds) {
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /**
   * What it has come to.
   *
   * @param before the others' load before anything was owed
   * @param beside the others' load while the slow ones were owed a lot
   * @param after the others' load when everything was delivered
   * @param owed how many the slow ones were owed together
   * @param left how many of those they had not confirmed in the end of {@code beside}
   * @param catchUpSeconds how long they took for those, confirming at once
   * @param slow what became of all that was sent to the slow ones
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
     * How much longer the slowest hundredth took beside slow devices than without: than the mean of
     * before and after.
     */
    public double ratio() {
      return 2
          * beside.deliver().millis(99)
          / (before.deliver().millis(99) + after.deliver().millis(99));
    }

    /** Whether everything arrived, in its place. */
    public boolean isClean() {
      // The counts of the load are of the whole run.
      return after.counts().isClean() && slow.isClean();
    }
  }

  /** Devices and who sends to them. */
  public record Side(DeviceFleet devices, Provider provider) {}

  /** Runs it; all devices are connected. */
  public Result run(TestBed testBed, Side others, Side slow, Progress progress)
      throws InterruptedException {
    LoadResult before = load.run(testBed.processes(), others.devices, others.provider);
    progress.step(line("before", before));
    Result result = round(testBed, others, slow, before, progress);
    for (int round = 2; round <= rounds; round++) {
      result = round(testBed, others, slow, result.after(), progress);
    }
    return result;
  }

  private Result round(
      TestBed testBed, Side others, Side slow, LoadResult before, Progress progress)
      throws InterruptedException {
    slow.devices.confirmEvery(confirmEvery);
    long already = slow.devices.received();
    long all = (long) owed * slow.devices.size();
    try (var nodes = new NodeWatch(testBed.pipeline())) {
      double until = nodes.arrived() + all;
      slow.provider.start(new SendPace.Burst(all));
      awaitOwed(nodes, until, slow);
    }
    progress.step("the slow devices have %d to confirm".formatted(left(already + all, slow)));

    Load again =
        new Load(
            load.rate(),
            load.window(),
            Duration.ZERO,
            load.settle(),
            load.duration(),
            load.memory());
    LoadResult beside = again.run(testBed.processes(), others.devices, others.provider);
    progress.step(line("beside them", beside));
    long left = left(already + all, slow);

    long start = System.nanoTime();
    slow.devices.confirmEvery(Duration.ZERO);
    Counts counts = Counts.of(slow.provider, slow.devices);
    double seconds = (System.nanoTime() - start) / 1e9;
    progress.step(String.format(Locale.ROOT, "the slow devices have all: %.1f s", seconds));
    LoadResult after = again.run(testBed.processes(), others.devices, others.provider);
    progress.step(line("after", after));
    return new Result(before, beside, after, all, left, seconds, counts);
  }

  private static long left(long all, Side slow) {
    return all - slow.devices.received() + slow.devices.unconfirmed();
  }

  /** Until all have come to a node, and what it parked stands in the log. */
  private static void awaitOwed(NodeWatch nodes, double until, Side slow)
      throws InterruptedException {
    nodes.await(PATIENCE, () -> nodes.arrived() >= until && nodes.isWritten());
    slow.provider.stop(PATIENCE);
  }

  private static String line(String when, LoadResult result) {
    return String.format(
        Locale.ROOT,
        "%s: %.0f/s, p50 %.2f ms, p99 %.2f ms",
        when,
        result.delivered(),
        result.deliver().millis(50),
        result.deliver().millis(99));
  }
}
