package dev.tidings.bench.run;

import dev.tidings.bench.device.ArrivalReport;
import dev.tidings.bench.device.DeviceFleet;
import dev.tidings.bench.measure.Memory;
import dev.tidings.bench.measure.Phase;
import dev.tidings.bench.provider.Provider;
import dev.tidings.bench.provider.SendLog;
import dev.tidings.bench.provider.SendPace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs one load, from its warm-up to its last arrival.
 *
 * @param rate notifications a second; 0: as fast as confirmations arrive
 * @param window how many may be in flight then
 * @param warmUp how long it runs as fast as confirmations arrive, so that all code is compiled and
 *     nothing queues up
 * @param settle how long it runs at its rate before the measured phase
 * @param duration the duration of the measured phase
 * @param memory whether the processes' memory is measured at the end
 */
public record Load(
    double rate, int window, Duration warmUp, Duration settle, Duration duration, boolean memory) {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int WARM_UP_WINDOW = 200;
  private static final long LEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** Returns the same load, for what has been warmed up before. */
  Load withoutWarmUp() {
    return new Load(rate, window, Duration.ZERO, settle, duration, memory);
  }

  /** Runs the load. Provider and devices are for one load only. */
  public LoadResult run(Map<String, Long> processes, DeviceFleet devices, Provider provider)
      throws InterruptedException {
    SendLog sendLog = provider.answers();
    if (rate > 0) {
      warmUp(devices, provider);
    }
    long start = System.nanoTime() + LEAD_NANOS;
    long from = start + (rate > 0 ? settle : warmUp).toNanos();
    var phase = new Phase(from, from + duration.toNanos());
    devices.phase(phase);
    sendLog.phase(phase);
    provider.start(rate > 0 ? new SendPace.Steady(start, rate) : window(window, devices, sendLog));

    sleepUntil(from);
    Usage before = Usage.of(processes);
    long sentBefore = sendLog.sentSoFar();
    long receivedBefore = devices.received();
    long begin = System.nanoTime();
    List<Long> backlog = watch(phase, devices, sendLog);
    double seconds = (System.nanoTime() - begin) / 1e9;
    Usage usage = Usage.of(processes).since(before);
    double offered = (sendLog.sentSoFar() - sentBefore) / seconds;
    long received = devices.received() - receivedBefore;

    provider.stop(PATIENCE);
    awaitArrivals(devices, sendLog);
    ArrivalReport arrivals = devices.arrivals(provider.recipients()::sent);
    return new LoadResult(
        phase.until(),
        seconds,
        offered,
        received / seconds,
        sendLog.latencies(),
        arrivals.latencies(),
        provider.recipients().areUneven()
            ? Optional.of(new LoadResult.Uneven(arrivals.hot(), arrivals.others()))
            : Optional.empty(),
        Counts.of(sendLog, arrivals),
        sendLog.reasons(),
        backlog,
        usage.each(Math.max(1, received)),
        usage.others() / seconds,
        memory ? memory(processes) : Map.of());
  }

  private void warmUp(DeviceFleet devices, Provider provider) throws InterruptedException {
    warmUp(warmUp, devices, provider);
  }

  /** Sends as fast as confirmations arrive, and waits for the last ones. */
  static void warmUp(Duration warmUp, DeviceFleet devices, Provider provider)
      throws InterruptedException {
    long end = System.nanoTime() + warmUp.toNanos();
    provider.start(window(WARM_UP_WINDOW, devices, provider.answers()));
    sleepUntil(end);
    provider.stop(PATIENCE);
    awaitArrivals(devices, provider.answers());
  }

  /** Returns a pace as fast as confirmations arrive, from now on. */
  static SendPace window(int size, DeviceFleet devices, SendLog sendLog) {
    long before = sendLog.sentSoFar();
    return new SendPace.Window(size, () -> devices.received() + sendLog.refusedSoFar() - before);
  }

  private static List<Long> watch(Phase phase, DeviceFleet devices, SendLog sendLog) {
    var backlog = new ArrayList<Long>();
    for (long at = phase.from(); ; at += TimeUnit.SECONDS.toNanos(1)) {
      sleepUntil(Math.min(at, phase.until()));
      backlog.add(sendLog.sentSoFar() - sendLog.refusedSoFar() - devices.received());
      if (at - phase.until() >= 0) {
        return backlog;
      }
    }
  }

  /** Waits until everything has arrived, or nothing has arrived for a while. */
  static void awaitArrivals(DeviceFleet devices, SendLog sendLog) {
    long last = -1;
    long since = System.nanoTime();
    while (devices.received() < sendLog.acceptedSoFar()) {
      long now = System.nanoTime();
      if (devices.received() != last) {
        last = devices.received();
        since = now;
      } else if (now - since > PATIENCE.toNanos()) {
        return;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
    // A repetition may still follow.
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
  }

  static Map<String, Memory> memory(Map<String, Long> processes) throws InterruptedException {
    var all = new LinkedHashMap<String, Memory>();
    for (Map.Entry<String, Long> process : processes.entrySet()) {
      all.put(process.getKey(), Memory.afterCollection(process.getValue()));
    }
    return all;
  }

  static void sleepUntil(long time) {
    for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
