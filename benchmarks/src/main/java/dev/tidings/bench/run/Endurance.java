package dev.tidings.bench.run;

import dev.tidings.bench.device.ArrivalReport;
import dev.tidings.bench.device.DeviceFleet;
import dev.tidings.bench.measure.Latencies;
import dev.tidings.bench.measure.Phase;
import dev.tidings.bench.provider.Provider;
import dev.tidings.bench.provider.SendLog;
import dev.tidings.bench.provider.SendPace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs a steady rate for a long time, while devices come and go.
 *
 * @param rate notifications a second
 * @param churn devices that go away each second, for {@code away}
 * @param away how long a device is away
 * @param warmUp how long it runs as fast as confirmations arrive, before
 * @param duration the duration
 * @param every the interval of the samples
 */
public record Endurance(
    double rate, double churn, Duration away, Duration warmUp, Duration duration, Duration every) {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /**
   * The result.
   *
   * @param samples the samples
   * @param latencies from the time at which each was due until it arrived
   * @param counts the outcome of everything sent
   * @param reconnections how often a device went away and came back
   * @param leaks the buffer leaks that Netty reports in the services' logs
   */
  public record Result(
      List<Sample> samples, Latencies latencies, Counts counts, long reconnections, long leaks) {

    /** Whether everything arrived, once and in order, and nothing leaked. */
    public boolean isClean() {
      return counts.isClean() && leaks == 0;
    }
  }

  /** Runs the scenario; samples are reported immediately. */
  public Result run(TestBed testBed, DeviceFleet devices, Provider provider, Consumer<Sample> told)
      throws InterruptedException {
    Load.warmUp(warmUp, devices, provider);
    SendLog sendLog = provider.answers();
    long start = System.nanoTime();
    var phase = new Phase(start, start + duration.toNanos());
    devices.phase(phase);
    provider.start(new SendPace.Steady(start, rate));
    var looks = new Looks(testBed, devices, sendLog, start, told);
    long left = comeAndGo(phase, devices, looks);
    provider.stop(PATIENCE);
    Load.awaitArrivals(devices, sendLog);
    ArrivalReport arrivals = devices.arrivals(provider.recipients()::sent);
    return new Result(
        looks.samples,
        arrivals.latencies(),
        Counts.of(sendLog, arrivals),
        left,
        testBed.logged("LEAK:"));
  }

  /** Returns how many devices have gone away. */
  private long comeAndGo(Phase phase, DeviceFleet devices, Looks looks)
      throws InterruptedException {
    long gone = 0;
    long look = phase.from() + every.toNanos();
    for (long second = 1; second <= duration.toSeconds(); second++) {
      long now = phase.from() + TimeUnit.SECONDS.toNanos(second);
      Load.sleepUntil(now);
      long leaving = (long) (churn * second) - gone;
      devices.leave(Math.toIntExact(leaving), away);
      gone += leaving;
      if (now - look >= 0) {
        looks.look();
        look += every.toNanos();
      }
    }
    return gone;
  }

  /** Takes a sample; rates are since the previous one. */
  private static final class Looks {
    private final TestBed testBed;
    private final DeviceFleet devices;
    private final SendLog sendLog;
    private final long start;
    private final Consumer<Sample> told;
    private final List<Sample> samples = new ArrayList<>();
    private long receivedBefore;
    private long before;

    Looks(
        TestBed testBed, DeviceFleet devices, SendLog sendLog, long start, Consumer<Sample> told) {
      this.testBed = testBed;
      this.devices = devices;
      this.sendLog = sendLog;
      this.start = start;
      this.told = told;
      this.receivedBefore = devices.received();
      this.before = start;
    }

    void look() throws InterruptedException {
      long received = devices.received();
      long backlog = sendLog.sentSoFar() - sendLog.refusedSoFar() - received;
      long now = System.nanoTime();
      double perSecond = (received - receivedBefore) / ((now - before) / 1e9);
      Sample sample = Sample.of(testBed, (now - start) / 1e9, perSecond, backlog);
      samples.add(sample);
      told.accept(sample);
      receivedBefore = received;
      before = now;
    }
  }
}
