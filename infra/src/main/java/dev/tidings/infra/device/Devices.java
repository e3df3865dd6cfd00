package dev.tidings.infra.device;

import dev.tidings.infra.ledger.Ledger;
import dev.tidings.infra.process.HostPort;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Simulated devices on one event loop. Thread-safe. */
public final class Devices implements AutoCloseable {
  /** The app every one of them has. */
  public static final String APP = "com.example.chaos";

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final List<SimulatedDevice> all = new ArrayList<>();

  /**
   * One for each account of the ledger.
   *
   * @param name what their serial numbers begin with
   * @param nodes where the delivery nodes listen, running or not
   */
  public Devices(
      String name, Ledger ledger, Supplier<List<HostPort>> nodes, RandomGenerator random) {
    EventLoop loop = group.next();
    for (int number = 0; number < ledger.devices(); number++) {
      all.add(new SimulatedDevice(number, name + "-" + number, loop, nodes, random, ledger));
    }
  }

  /** Connects and registers all. Returns their tokens. */
  public List<String> start(Duration patience) throws InterruptedException {
    var tokens = all.stream().map(SimulatedDevice::start).toList();
    long deadline = System.nanoTime() + patience.toNanos();
    var got = new ArrayList<String>();
    for (SimulatedDevice device : all) {
      try {
        got.add(
            tokens
                .get(device.number())
                .get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS));
      } catch (TimeoutException e) {
        throw new IllegalStateException(
            "%s has no token after %d s".formatted(device.serial(), patience.toSeconds()), e);
      } catch (ExecutionException e) {
        throw new IllegalStateException(device.serial() + " cannot register", e.getCause());
      }
    }
    return got;
  }

  public List<SimulatedDevice> all() {
    return all;
  }

  @Override
  public void close() {
    all.forEach(SimulatedDevice::close);
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
