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
 * All connections are cut at once, under load, and all devices come back as soon as they can. The
 * first time the way in is cold, as on a node that has just been started.
 *
 * @param rounds how often
 * @param rate notifications a second meanwhile
 * @param warmUp how long devices are sent something at first
 */
public record Storm(int rounds, double rate, Duration warmUp) {
  private static final Duration CALM = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** What may be under way at any time, in seconds of the rate. */
  private static final double UNDER_WAY = 0.1;

  /**
   * What one round has come to.
   *
   * @param connectedSeconds from the cut until all devices were connected again
   * @param caughtUpSeconds from the cut until no more was under way than at any time
   * @param others processors that others used meanwhile
   * @param cores microseconds of each process in a microsecond, from the cut until all was caught
   *     up
   */
  public record Round(
      double connectedSeconds, double caughtUpSeconds, double others, Map<String, Cpu> cores) {}

  /** What it has come to. */
  public record Result(List<Round> rounds, Counts counts) {}

  /** Runs it; the devices are connected in the beginning. */
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
