package dev.tidings.bench.run;

import dev.tidings.bench.device.DeviceFleet;
import dev.tidings.bench.measure.Cpu;
import dev.tidings.bench.measure.Memory;
import dev.tidings.bench.provider.Provider;
import dev.tidings.bench.provider.SendPace;
import dev.tidings.infra.stack.Progress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Reconnects all devices at once after an absence in which each missed notifications.
 *
 * @param missed how many each device misses
 * @param rehearsals how often all of it is done before, with nothing restarted, so that the bench's
 *     code and that of processes that are not restarted is compiled
 * @param restart what is restarted before the last return, which is measured
 * @param warmUp the duration of the warm-up
 * @param memory whether the processes' memory is measured at the end
 */
public record Replay(int missed, int rehearsals, Restart restart, Duration warmUp, boolean memory) {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final double GIVE_UP_SECONDS = 30;
  private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /**
   * The result.
   *
   * @param parked notifications that were parked
   * @param parkSeconds from the first one sent until all of them were stored
   * @param restartSeconds from the restart (a kill, for a take-over) until all partitions were open
   * @param connectedSeconds from the first reconnection until all devices were connected
   * @param firstSeconds from the first reconnection until the first arrival
   * @param seconds from the first reconnection until the last arrival
   * @param counts the outcome of everything sent in the whole run
   * @param others processors used by other programs from the first reconnection to the last arrival
   * @param processor processor time for each notification, from the first reconnection on, by
   *     process
   * @param memory by process; empty if not measured
   */
  public record Result(
      long parked,
      double parkSeconds,
      double restartSeconds,
      double connectedSeconds,
      double firstSeconds,
      double seconds,
      Counts counts,
      double others,
      Map<String, Cpu> processor,
      Map<String, Memory> memory) {

    /** Returns notifications a second, from the first reconnection to the last arrival. */
    public double rate() {
      return (parked - counts.lost()) / seconds;
    }
  }

  /** Runs the scenario; the devices must be connected. */
  public Result run(TestBed testBed, DeviceFleet devices, Provider provider, Progress progress)
      throws InterruptedException {
    Load.warmUp(warmUp, devices, provider);
    try (var nodes = new NodeWatch(testBed.pipeline())) {
      var rehearsal = new Replay(missed, 0, Restart.NONE, Duration.ZERO, false);
      for (int i = 0; i < rehearsals; i++) {
        Result rehearsed = rehearsal.once(testBed, devices, provider, nodes, progress);
        progress.step("rehearsed: %.0f/s".formatted(rehearsed.rate()));
        nodes.await(PATIENCE, nodes::isIdle);
      }
      return once(testBed, devices, provider, nodes, progress);
    }
  }

  private Result once(
      TestBed testBed, DeviceFleet devices, Provider provider, NodeWatch nodes, Progress progress)
      throws InterruptedException {
    long parked = (long) missed * devices.size();
    devices.cut(false);
    devices.awaitConnected(0, PATIENCE);
    double parkSeconds = park(parked, nodes, provider);
    progress.step("%d notifications are parked".formatted(parked));
    double restartSeconds = restart.run(testBed.pipeline(), nodes);
    progress.step("restart %s: %.2f s".formatted(restart, restartSeconds));
    return reconnect(testBed, devices, provider, parked, parkSeconds, restartSeconds);
  }

  private double park(long count, NodeWatch nodes, Provider provider) throws InterruptedException {
    double before = nodes.parked();
    long start = System.nanoTime();
    provider.start(new SendPace.Burst(count));
    nodes.await(PATIENCE, () -> nodes.parked() - before >= count && nodes.isIdle());
    double seconds = seconds(start);
    provider.stop(PATIENCE);
    return seconds;
  }

  private Result reconnect(
      TestBed testBed,
      DeviceFleet devices,
      Provider provider,
      long parked,
      double parkSeconds,
      double restartSeconds)
      throws InterruptedException {
    Map<String, Long> processes = testBed.processes();
    Usage usageBefore = Usage.of(processes);
    long before = devices.received();
    long seen = before;
    double connected = 0;
    double first = 0;
    double last = 0;
    long start = System.nanoTime();
    devices.connect();
    while (seen < before + parked && seconds(start) - last < GIVE_UP_SECONDS) {
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
      if (connected == 0 && devices.connected() == devices.size()) {
        connected = seconds(start);
      }
      long received = devices.received();
      if (received > seen) {
        last = seconds(start);
        first = first == 0 ? last : first;
        seen = received;
      }
    }
    Usage usage = Usage.of(processes).since(usageBefore);
    return new Result(
        parked,
        parkSeconds,
        restartSeconds,
        connected,
        first,
        last,
        Counts.of(provider, devices),
        usage.others() / Math.max(1e-3, last) / 1e6,
        usage.each(Math.max(1, seen - before)),
        memory ? Load.memory(processes) : Map.of());
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
