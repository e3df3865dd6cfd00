package dev.tidings.infra.load;

import dev.tidings.infra.device.Devices;
import dev.tidings.infra.device.SimulatedDevice;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** Makes one device after the other return a token and request another. */
public final class Renewals implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(1);

  /** The app whose tokens are renewed. */
  private static final int APP = 2;

  private final List<SimulatedDevice> devices;
  private final SplittableRandom random;
  private final Thread thread = Thread.ofVirtual().name("renewals").unstarted(this::run);

  public Renewals(Devices devices, long seed) {
    this.devices = devices.all();
    this.random = new SplittableRandom(seed);
  }

  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(EVERY);
        devices.get(random.nextInt(devices.size())).renew(APP);
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
