package dev.tidings.bench.run;

import dev.tidings.bench.device.ArrivalReport;
import dev.tidings.bench.device.DeviceFleet;
import dev.tidings.bench.measure.CpuTime;
import dev.tidings.bench.measure.Latencies;
import dev.tidings.bench.measure.Memory;
import dev.tidings.bench.measure.Phase;
import dev.tidings.bench.provider.LogProvider;
import dev.tidings.bench.provider.SendPace;
import dev.tidings.infra.pipeline.Instance;
import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.stack.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Schedules many notifications for later, and measures how late those are that become due
 * meanwhile; also when the processor is restarted, with its state on disk and without.
 *
 * @param waiting how many wait for a time that does not come
 * @param rate how many become due a second
 * @param ahead how long before its time each of those is sent
 * @param warmUp how long it runs before the measured phase
 * @param duration the duration of the measured phase
 */
public record Schedule(
    int waiting, double rate, Duration ahead, Duration warmUp, Duration duration) {
  private static final Instance PROCESSOR = Instance.first(TidingsService.STREAMS_PROCESSOR);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofMinutes(30);
  private static final Duration RESTART_PATIENCE = Duration.ofMinutes(20);
  private static final Duration FAR = Duration.ofHours(24);
  private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final String METER = "tidings_streams_scheduled";

  /**
   * The result.
   *
   * @param empty the processor's memory with nothing scheduled
   * @param full its memory with all of them
   * @param stateBytes its state on disk then
   * @param fillSeconds how long it took to schedule them
   * @param late from the time of each until it arrived at its device
   * @param ofDisk the restart with the state on disk
   * @param ofLog the restart without it
   * @param counts the outcome of all that became due
   */
  public record Result(
      Memory empty,
      Memory full,
      long stateBytes,
      double fillSeconds,
      Latencies late,
      Return ofDisk,
      Return ofLog,
      Counts counts) {}

  /**
   * The return of a processor, in seconds since it was started.
   *
   * @param first until the first arrival
   * @param all until all had arrived that were due by then
   * @param processor processor time that it had used by the first arrival
   */
  public record Return(double first, double all, double processor) {}

  /** Runs the scenario; the devices must be connected. */
  public Result run(TestBed testBed, DeviceFleet devices, LogProvider provider, Progress progress)
      throws InterruptedException {
    Pipeline pipeline = testBed.pipeline();
    long pid = pipeline.process(PROCESSOR).pid();
    Memory empty = Memory.afterCollection(pid);
    long began = System.nanoTime();
    provider.schedule(waiting, System.currentTimeMillis() + FAR.toMillis());
    awaitScheduled(pipeline);
    double fillSeconds = seconds(began);
    progress.step("%d are scheduled, after %.1f s".formatted(waiting, fillSeconds));

    long start = System.nanoTime() + ahead.toNanos();
    provider.start(new SendPace.Ahead(new SendPace.Steady(start, rate), ahead.toNanos()));
    long from = start + warmUp.toNanos();
    devices.phase(new Phase(from, from + duration.toNanos()));
    Load.sleepUntil(from + duration.toNanos() + TimeUnit.SECONDS.toNanos(1));
    ArrivalReport arrivals = devices.arrivals(device -> 0);
    Memory full = Memory.afterCollection(pid);
    long stateBytes = testBed.stateBytes();
    progress.step(
        "late by %.1f ms (p99) with all of them".formatted(arrivals.latencies().millis(99)));
    devices.phase(Phase.NONE);

    Return ofDisk = restart(pipeline, devices, start, false);
    progress.step("restart with its state: all that was due after %.2f s".formatted(ofDisk.all()));
    Return ofLog = restart(pipeline, devices, start, true);
    progress.step("restart without: all that was due after %.2f s".formatted(ofLog.all()));
    provider.stop(STOP_PATIENCE);
    Load.sleepUntil(System.nanoTime() + ahead.toNanos());
    return new Result(
        empty,
        full,
        stateBytes,
        fillSeconds,
        arrivals.latencies(),
        ofDisk,
        ofLog,
        Counts.of(provider, devices));
  }

  private void awaitScheduled(Pipeline pipeline) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    try (var metrics = new ServiceMetrics(pipeline)) {
      while (metrics.sum(TidingsService.STREAMS_PROCESSOR, METER) < waiting) {
        if (System.nanoTime() - end > 0) {
          throw new IllegalStateException(
              "%.0f scheduled (expected: %d)"
                  .formatted(metrics.sum(TidingsService.STREAMS_PROCESSOR, METER), waiting));
        }
        Thread.sleep(100);
      }
    }
  }

  private Return restart(Pipeline pipeline, DeviceFleet devices, long start, boolean lost)
      throws InterruptedException {
    pipeline.process(PROCESSOR).terminate(STOP_PATIENCE);
    if (lost) {
      Path directory = pipeline.stack().serviceDirectory(PROCESSOR.name());
      TestBed.delete(directory.resolve("state"));
    }
    long before = devices.received();
    long launched = System.nanoTime();
    pipeline.launch(PROCESSOR);
    double first = 0;
    double processor = 0;
    while (seconds(launched) < RESTART_PATIENCE.toSeconds()) {
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
      long now = System.nanoTime();
      long received = devices.received();
      if (first == 0 && received > before) {
        first = seconds(launched);
        processor = CpuTime.of(pipeline.process(PROCESSOR).pid()).micros() / 1e6;
      }
      // Those of the last 100 ms may be on their way.
      if (first > 0 && received >= (now - start) / 1e9 * rate - rate / 10) {
        pipeline.awaitReady(PROCESSOR);
        return new Return(first, (now - launched) / 1e9, processor);
      }
    }
    throw new IllegalStateException(
        "%d arrived (expected: more)".formatted(devices.received() - before));
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
