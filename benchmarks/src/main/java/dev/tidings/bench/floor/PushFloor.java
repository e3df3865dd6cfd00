package dev.tidings.bench.floor;

import dev.tidings.bench.device.DeviceFleet;
import dev.tidings.bench.device.DeviceSetup;
import dev.tidings.bench.measure.CpuTime;
import dev.tidings.bench.measure.Phase;
import dev.tidings.infra.process.HostPort;
import dev.tidings.infra.process.ServiceProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Measures {@link BarePush} with simulated devices, at the rate and with the payload of a load. */
public final class PushFloor {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int CONNECTING = 256;

  private final int devices;
  private final int payloadBytes;

  /** Prepares the measurement. */
  public PushFloor(int devices, int payloadBytes) {
    this.devices = devices;
    this.payloadBytes = payloadBytes;
  }

  /**
   * Measures it.
   *
   * @param rate messages a second; 0: as fast as they are confirmed
   * @param window how many may be in flight then
   * @param directory for its log
   */
  public FloorResult measure(
      double rate,
      int window,
      Duration warmUp,
      Duration duration,
      List<String> jvmOptions,
      Path directory)
      throws InterruptedException {
    ServiceProcess program =
        Program.start(
            BarePush.class,
            BarePush.NAME,
            jvmOptions,
            List.of(
                Integer.toString(devices),
                Double.toString(rate),
                Integer.toString(window),
                Integer.toString(payloadBytes)),
            directory.resolve(BarePush.NAME + ".log"));
    HostPort address = program.awaitReady(PATIENCE).get("mqtt");
    var setup = new DeviceSetup("bench-", "com.example.bench", false, false, CONNECTING);
    try (var fleet = new DeviceFleet(setup, devices, List.of(address), 1)) {
      fleet.connect();
      fleet.awaitConnected(devices, PATIENCE);
      Thread.sleep(warmUp);
      long from = System.nanoTime();
      var phase = new Phase(from, from + duration.toNanos());
      fleet.phase(phase);
      double processor = CpuTime.of(program.pid()).micros();
      long received = fleet.received();
      Thread.sleep(duration);
      double used = CpuTime.of(program.pid()).micros() - processor;
      long count = fleet.received() - received;
      fleet.cut(false);
      fleet.awaitConnected(0, PATIENCE);
      return new FloorResult(
          count / phase.seconds(),
          fleet.arrivals(device -> 0).latencies(),
          used / Math.max(1, count));
    } finally {
      program.kill();
    }
  }
}
