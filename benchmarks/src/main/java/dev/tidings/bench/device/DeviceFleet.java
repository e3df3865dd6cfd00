package dev.tidings.bench.device;

import dev.tidings.bench.measure.Latencies;
import dev.tidings.bench.measure.Phase;
import dev.tidings.infra.process.HostPort;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;

/**
 * Simulated devices that confirm every notification immediately, unless they are slow. They
 * reconnect automatically. Thread-safe.
 */
public final class DeviceFleet implements AutoCloseable {
  private static final int CONNECT_WITHIN_MILLIS = 10_000;
  private static final long PING_MINUTES = 8;

  private final EventLoopGroup loops;
  private final List<DeviceLoop> lanes = new ArrayList<>();
  private final FleetCounts counts = new FleetCounts();
  private final int size;

  /**
   * Creates devices that are not connected yet, numbered from 0.
   *
   * @param nodes where they connect first, one after the other
   * @param threads event loops
   */
  public DeviceFleet(DeviceSetup setup, int size, List<HostPort> nodes, int threads) {
    this(setup, 0, size, nodes, threads);
  }

  /**
   * Creates devices that are not connected yet.
   *
   * @param first the number of the first one
   * @param nodes where they connect first, one after the other
   * @param threads event loops
   */
  public DeviceFleet(DeviceSetup setup, int first, int size, List<HostPort> nodes, int threads) {
    this.size = size;
    boolean epoll = Epoll.isAvailable();
    loops =
        new MultiThreadIoEventLoopGroup(
            threads,
            new DefaultThreadFactory("bench-devices", true),
            epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    Bootstrap bootstrap =
        new Bootstrap()
            .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_WITHIN_MILLIS)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .option(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(512, 1024, 64 << 10));
    if (epoll) {
      // The port is chosen at connect, when the destination is known, so that there are enough.
      bootstrap.option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
    }
    for (int i = 0; i < threads; i++) {
      EventLoop loop = loops.next();
      lanes.add(new DeviceLoop(loop, bootstrap.clone(loop), setup, nodes, counts));
    }
    for (int number = first; number < first + size; number++) {
      DeviceLoop deviceLoop = lanes.get(number % threads);
      deviceLoop.add(new Device(number, deviceLoop, nodes.get(number % nodes.size())));
    }
    for (DeviceLoop deviceLoop : lanes) {
      deviceLoop
          .loop()
          .scheduleAtFixedRate(deviceLoop::ping, PING_MINUTES, PING_MINUTES, TimeUnit.MINUTES);
    }
  }

  public int size() {
    return size;
  }

  /**
   * Connects all that are not connected; new ones register. {@link #awaitConnected} waits for them.
   */
  public void connect() {
    lanes.forEach(deviceLoop -> deviceLoop.loop().execute(deviceLoop::connect));
  }

  /**
   * Cuts all connections at once; {@code comeBack} tells whether the devices reconnect immediately.
   */
  public void cut(boolean comeBack) {
    lanes.forEach(deviceLoop -> deviceLoop.loop().execute(() -> deviceLoop.cut(comeBack)));
  }

  /** Cuts a number of connections, of other devices each time; they reconnect after a while. */
  public void leave(int count, Duration away) {
    for (int i = 0; i < lanes.size(); i++) {
      DeviceLoop deviceLoop = lanes.get(i);
      int share = (count + i) / lanes.size();
      deviceLoop.loop().execute(() -> deviceLoop.leave(share, away.toMillis()));
    }
  }

  /**
   * Sets how often each device confirms one from now on; zero: all pending ones, and each new one
   * immediately.
   */
  public void confirmEvery(Duration interval) {
    lanes.forEach(deviceLoop ->
        deviceLoop.loop().execute(() -> deviceLoop.confirmEvery(interval.toMillis())));
  }

  /** Returns how many are connected, and registered if configured so. */
  public long connected() {
    return counts.connectedNow();
  }

  /** Returns how often connections failed, by reason. */
  public Map<String, Long> refusals() {
    return counts.refusals();
  }

  /**
   * Waits until a number of devices is connected.
   *
   * @throws IllegalStateException if that takes longer than {@code patience}
   */
  public void awaitConnected(long wanted, Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (connected() != wanted) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException(
            "devices connected: %d (expected: %d); refusals: %s"
                .formatted(connected(), wanted, refusals()));
      }
      Thread.sleep(2);
    }
  }

  /** Sets the measured phase. */
  public void phase(Phase phase) {
    lanes.forEach(deviceLoop -> deviceLoop.phase(phase));
  }

  /** Returns how many notifications have arrived so far, each counted once. */
  public long received() {
    long sum = 0;
    for (DeviceLoop deviceLoop : lanes) {
      sum += deviceLoop.receivedSoFar();
    }
    return sum;
  }

  /** Returns how many broadcasts have arrived at all devices so far, each counted once. */
  public long broadcasts() {
    return lanes.stream().mapToLong(DeviceLoop::broadcastsSoFar).sum();
  }

  /** Returns how many notifications slow devices have received and not confirmed. */
  public long unconfirmed() {
    return lanes.stream().mapToLong(deviceLoop -> deviceLoop.unconfirmed().sum()).sum();
  }

  /**
   * Returns the arrivals so far.
   *
   * @param sent how many were sent to each device
   */
  public ArrivalReport arrivals(IntUnaryOperator sent) throws InterruptedException {
    var hot = new Latencies();
    var others = new Latencies();
    var missing = new HashMap<Integer, Set<Integer>>();
    var sums = new long[3];
    for (DeviceLoop deviceLoop : lanes) {
      Future<?> taken =
          deviceLoop
              .loop()
              .submit(() -> {
                deviceLoop.tally().addTo(hot, others);
                sums[0] += deviceLoop.tally().repeated();
                sums[1] += deviceLoop.tally().late();
                sums[2] += deviceLoop.tally().strangers();
                for (Device device : deviceLoop.devices()) {
                  Set<Integer> gaps = device.sequence().missing(sent.applyAsInt(device.number()));
                  if (!gaps.isEmpty()) {
                    missing.put(device.number(), gaps);
                  }
                }
              });
      taken.sync();
    }
    return new ArrivalReport(received(), sums[0], sums[1], sums[2], missing, hot, others);
  }

  /** Closes all connections and the event loops. */
  @Override
  public void close() {
    cut(false);
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }
}
