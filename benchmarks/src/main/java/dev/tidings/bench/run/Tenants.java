package dev.tidings.bench.run;

import dev.tidings.bench.provider.SendPace;
import dev.tidings.infra.stack.Progress;
import java.time.Duration;

/**
 * Sends one team's load four times: alone, beside another team that sends as much as it may, beside
 * one that sends a multiple of that, and alone again.
 *
 * @param load the load; its warm-up happens once
 * @param allowed notifications a second that the other team may send
 * @param factor how many times as many it sends in its flood
 */
public record Tenants(Load load, int allowed, int factor) {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /**
   * The result.
   *
   * @param before one team alone
   * @param beside that team while the other sends as much as it may
   * @param flooded that team while the other sends many times as many
   * @param after that team alone again
   * @param floodPerSecond what the other team sent in a second of its flood
   * @param floodAccepted how many of these were accepted
   * @param loud the outcome of everything that the other team has sent
   */
  public record Result(
      LoadResult before,
      LoadResult beside,
      LoadResult flooded,
      LoadResult after,
      double floodPerSecond,
      double floodAccepted,
      Counts loud) {

    /** Returns the ratio of the p99 beside the flood to the p99 alone: the mean of both. */
    public double ratio() {
      return 2
          * flooded.deliver().millis(99)
          / (before.deliver().millis(99) + after.deliver().millis(99));
    }

    /** Whether there was a flood, and everything that was accepted arrived, once and in order. */
    public boolean isClean() {
      // The counts of the load are for the whole run.
      return floodAccepted > 0 && after.counts().isClean() && loud.isClean();
    }
  }

  /** Runs everything. */
  public Result run(TestBed testBed, Side quiet, Side loud, Progress progress)
      throws InterruptedException {
    LoadResult before = load.run(testBed.processes(), quiet.devices(), quiet.provider());
    progress.step(before.line("alone"));
    Load again = load.withoutWarmUp();
    LoadResult beside = beside(testBed, again, quiet, loud, allowed);
    progress.step(beside.line("beside another team"));

    long start = System.nanoTime();
    long sent = loud.provider().answers().sentSoFar();
    long accepted = loud.provider().answers().acceptedSoFar();
    LoadResult flooded = beside(testBed, again, quiet, loud, (double) allowed * factor);
    double seconds = (System.nanoTime() - start) / 1e9;
    double floodPerSecond = (loud.provider().answers().sentSoFar() - sent) / seconds;
    double floodAccepted = (loud.provider().answers().acceptedSoFar() - accepted) / seconds;
    progress.step(flooded.line("beside its flood"));

    Counts counts = Counts.of(loud.provider(), loud.devices());
    LoadResult after = again.run(testBed.processes(), quiet.devices(), quiet.provider());
    progress.step(after.line("alone again"));
    return new Result(before, beside, flooded, after, floodPerSecond, floodAccepted, counts);
  }

  private static LoadResult beside(
      TestBed testBed, Load load, Side quiet, Side loud, double loudRate)
      throws InterruptedException {
    loud.provider().start(new SendPace.Steady(System.nanoTime(), loudRate));
    try {
      return load.run(testBed.processes(), quiet.devices(), quiet.provider());
    } finally {
      loud.provider().stop(PATIENCE);
    }
  }
}
