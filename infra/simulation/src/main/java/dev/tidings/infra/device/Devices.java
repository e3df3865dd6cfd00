package dev.tidings.infra.device;

import dev.tidings.infra.ledger.Ledger;
import dev.tidings.infra.ledger.Recipient;
import dev.tidings.infra.process.Endpoints;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Simulated devices on one event loop, each with several apps, of both versions of MQTT, over TCP,
 * TLS and WebSocket. Thread-safe.
 */
public final class Devices implements AutoCloseable {
  /** The apps of every device. */
  public static final List<String> APPS =
      List.of("com.example.chaos.mail", "com.example.chaos.news", "com.example.chaos.home");

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final List<SimulatedDevice> all = new ArrayList<>();

  /**
   * Creates a device for each one of the ledger.
   *
   * @param name the prefix of their serial numbers
   * @param passwords what they prove themselves by
   * @param nodes the addresses of the delivery nodes, running or not
   */
  public Devices(
      String name,
      DevicePasswords passwords,
      Ledger ledger,
      Supplier<List<Endpoints>> nodes,
      RandomGenerator random) {
    EventLoop loop = group.next();
    for (int number = 0; number < ledger.devices(); number++) {
      String serial = name + "-" + number;
      all.add(new SimulatedDevice(number, serial, passwords, loop, nodes, random, ledger));
    }
  }

  /** Connects all and registers their apps. */
  public void start(Duration patience) throws InterruptedException {
    all.forEach(SimulatedDevice::start);
    long deadline = System.nanoTime() + patience.toNanos();
    for (SimulatedDevice device : all) {
      try {
        device.registered().get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        throw new IllegalStateException(
            "%s has not all its tokens after %d s".formatted(device.serial(), patience.toSeconds()),
            e);
      } catch (ExecutionException e) {
        throw new IllegalStateException(device.serial() + " cannot register", e.getCause());
      }
    }
  }

  public List<SimulatedDevice> all() {
    return all;
  }

  /** Returns the name of a recipient's app. */
  public static String app(Recipient recipient) {
    return APPS.get(recipient.app());
  }

  /** Returns the last token that a recipient received; empty before the first. */
  public Optional<String> token(Recipient recipient) {
    return all.get(recipient.device()).token(recipient.app());
  }

  @Override
  public void close() {
    all.forEach(SimulatedDevice::close);
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
