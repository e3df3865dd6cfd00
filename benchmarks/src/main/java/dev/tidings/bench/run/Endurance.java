package dev.tidings.bench.run;

import dev.tidings.bench.device.Arrivals;
import dev.tidings.bench.device.DeviceFleet;
import dev.tidings.bench.measure.Latencies;
import dev.tidings.bench.measure.Phase;
import dev.tidings.bench.provider.Answers;
import dev.tidings.bench.provider.Pace;
import dev.tidings.bench.provider.Provider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A steady rate for a long time, while devices come and go.
 *
 * @param rate notifications a second
 * @param churn devices that go away each second, for {@code away}
 * @param away how long
 * @param warmUp how long it goes as fast as confirmations come, before
 * @param duration how long it takes
 * @param every how often it is looked at what has become of the processes
 */
public record Endurance(
    double rate, double churn, Duration away, Duration warmUp, Duration duration, Duration every) {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /**
   * What it has come to.
   *
   * @param samples what was seen on the way
   * @param latencies from when each was meant to be sent until it arrived
   * @param counts what became of all that was sent
   * @param reconnections how many devices went away and came back
   * @param leaks what Netty says of buffers that nobody gave back, in all services' logs
   */
  public record Result(
      List<Sample> samples, Latencies latencies, Counts counts, long reconnections, long leaks) {

    /** Whether everything arrived, in its place, and nothing leaked. */
    public boolean isClean() {
      return counts.isClean() && leaks == 0;
    }
  }

  /** Runs it; samples are told as they come. */
  public Result run(Site site, DeviceFleet devices, Provider provider, Consumer<Sample> told)
      throws InterruptedException {
    Load.warmUp(warmUp, devices, provider);
    Answers answers = provider.answers();
    long start = System.nanoTime();
    long end = start + duration.toNanos();
    devices.phase(new Phase(start, end));
    provider.start(new Pace.Steady(start, rate));
    var samples = new ArrayList<Sample>();
    long left = 0;
    long look = start + every.toNanos();
    long receivedBefore = devices.received();
    long lookedBefore = start;
    for (long second = 1; start + TimeUnit.SECONDS.toNanos(second) - end <= 0; second++) {
      long now = start + TimeUnit.SECONDS.toNanos(second);
      Load.sleepUntil(now);
      long leaving = (long) (churn * second) - left;
      devices.leave(Math.toIntExact(leaving), away);
      left += leaving;
      if (now - look >= 0) {
        long received = devices.received();
        long looked = System.nanoTime();
        Sample sample =
            Sample.of(
                site,
                (looked - start) / 1e9,
                (received - receivedBefore) / ((looked - lookedBefore) / 1e9),
                answers.sentSoFar() - answers.refusedSoFar() - received);
        samples.add(sample);
        told.accept(sample);
        receivedBefore = received;
        lookedBefore = looked;
        look += every.toNanos();
      }
    }
    provider.stop(PATIENCE);
    Load.awaitArrivals(devices, answers);
    Arrivals arrivals = devices.arrivals(provider.recipients()::sent);
    return new Result(
        samples, arrivals.latencies(), Counts.of(answers, arrivals), left, site.logged("LEAK:"));
  }
}
