package dev.tidings.bench.run;

import dev.tidings.bench.device.DeviceFleet;
import dev.tidings.bench.measure.Cpu;
import dev.tidings.bench.provider.Provider;
import dev.tidings.bench.provider.SendLog;
import dev.tidings.bench.provider.SendPace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Cuts all connections at once, under load; all devices reconnect as soon as they can. In the first
 * round the code for connecting is not compiled yet, as on a node that has just started.
 *
 * @param rounds the number of rounds
 * @param rate notifications a second
 * @param warmUp the duration of the warm-up
 */
public record Storm(int rounds, double rate, Duration warmUp) {
  private static final Duration CALM = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** The normal number in flight, in seconds of the rate. */
  private static final double UNDER_WAY = 0.1;

  /**
   * The result of one round.
   *
   * @param connectedSeconds from the cut until all devices were connected again
   * @param caughtUpSeconds from the cut until no more was in flight than normally
   * @param others processors used by other programs in that time
   * @param cores processors used by each process, from the cut until everything had caught up
   */
  public record Round(
      double connectedSeconds, double caughtUpSeconds, double others, Map<String, Cpu> cores) {}

  /** The result. */
  public record Result(List<Round> rounds, Counts counts) {}

  /** Runs the scenario; the devices must be connected. */
  public Result run(TestBed testBed, DeviceFleet devices, Provider provider, Consumer<Round> told)
      throws InterruptedException {
    Load.warmUp(warmUp, devices, provider);
    SendLog sendLog = provider.answers();
    provider.start(new SendPace.Steady(System.nanoTime(), rate));
    var all = new ArrayList<Round>();
    for (int i = 0; i < rounds; i++) {
      Thread.sleep(CALM);
      Round round = round(testBed, devices, sendLog);
      all.add(round);
      told.accept(round);
    }
    Thread.sleep(CALM);
    provider.stop(PATIENCE);
    return new Result(all, Counts.of(provider, devices));
  }

  private Round round(TestBed testBed, DeviceFleet devices, SendLog sendLog)
      throws InterruptedException {
    Usage before = Usage.of(testBed.processes());
    long start = System.nanoTime();
    devices.cut(true);
    awaitCut(devices);
    devices.awaitConnected(devices.size(), PATIENCE);
    double connected = seconds(start);
    double most = Math.max(20, rate * UNDER_WAY);
    while (sendLog.sentSoFar() - sendLog.refusedSoFar() - devices.received() > most
        && seconds(start) < PATIENCE.toSeconds()) {
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
    double caughtUp = seconds(start);
    Usage usage = Usage.of(testBed.processes()).since(before);
    return new Round(
        connected,
        caughtUp,
        usage.others() / caughtUp / 1e6,
        usage.each(Math.round(caughtUp * 1e6)));
  }

  private static void awaitCut(DeviceFleet devices) {
    while (devices.connected() == devices.size()) {
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
