package dev.tidings.bench.device;

import dev.tidings.bench.measure.Phase;
import dev.tidings.infra.process.HostPort;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** The devices of one event loop. Confined to it, except where a method says otherwise. */
final class DeviceLoop {
  private static final long AGAIN_MILLIS = 50;

  private final EventLoop loop;
  private final Bootstrap bootstrap;
  private final DeviceSetup setup;
  private final List<HostPort> nodes;
  private final SourceAddresses sources = new SourceAddresses();
  private final FleetCounts counts;
  private final LongAdder received = new LongAdder();
  private final LongAdder broadcasts = new LongAdder();
  private final LongAdder unconfirmed = new LongAdder();
  private final List<Device> devices = new ArrayList<>();
  private final Queue<Device> waiting = new ArrayDeque<>();
  private final Map<Device, Long> leaving = new HashMap<>();
  private final LaneTally tally = new LaneTally();
  private volatile Phase phase = Phase.NONE;
  private int connecting;
  private int failures;
  private int next;
  private boolean staysConnected;
  private long confirmEveryMillis;

  DeviceLoop(
      EventLoop loop,
      Bootstrap bootstrap,
      DeviceSetup setup,
      List<HostPort> nodes,
      FleetCounts counts) {
    this.loop = loop;
    this.bootstrap = bootstrap;
    this.setup = setup;
    this.nodes = nodes;
    this.counts = counts;
    this.confirmEveryMillis = setup.confirmEveryMillis();
  }

  /** Thread-safe. */
  EventLoop loop() {
    return loop;
  }

  /** Thread-safe. */
  void phase(Phase current) {
    phase = current;
  }

  Phase phase() {
    return phase;
  }

  /** Returns how many notifications have arrived, without repetitions. Thread-safe. */
  long receivedSoFar() {
    return received.sum();
  }

  /** Returns how many broadcasts have arrived, without repetitions. Thread-safe. */
  long broadcastsSoFar() {
    return broadcasts.sum();
  }

  /** Returns how many notifications slow devices have received and not confirmed. Thread-safe. */
  LongAdder unconfirmed() {
    return unconfirmed;
  }

  DeviceSetup setup() {
    return setup;
  }

  LaneTally tally() {
    return tally;
  }

  List<Device> devices() {
    return devices;
  }

  /** To be called before any device is connected. */
  void add(Device device) {
    devices.add(device);
  }

  /**
   * Connects all that are not connected, and from now on reconnects those that lose their
   * connection.
   */
  void connect() {
    staysConnected = true;
    for (Device device : devices) {
      if (device.channel() == null) {
        waiting.add(device);
      }
    }
    connectMore();
  }

  /** Closes all connections at once; the devices reconnect only if {@code comesBack}. */
  void cut(boolean comesBack) {
    staysConnected = comesBack;
    if (!comesBack) {
      waiting.clear();
    }
    for (Device device : devices) {
      Channel channel = device.channel();
      if (channel != null) {
        channel.close();
      }
    }
  }

  /** Cuts the next {@code count} connections; their devices reconnect after {@code awayMillis}. */
  void leave(int count, long awayMillis) {
    for (int i = 0; i < count; i++) {
      Device device = devices.get(next++ % devices.size());
      Channel channel = device.channel();
      if (channel != null && leaving.putIfAbsent(device, awayMillis) == null) {
        channel.close();
      }
    }
  }

  /** Sends PINGREQ on all connections. */
  void ping() {
    for (Device device : devices) {
      Channel channel = device.channel();
      if (channel != null) {
        channel.writeAndFlush(
            channel.alloc().ioBuffer(2).writeShort(DevicePackets.PINGREQ), channel.voidPromise());
      }
    }
  }

  /** Returns how often a device confirms one notification; 0: each immediately. */
  long confirmEveryMillis() {
    return confirmEveryMillis;
  }

  /** Sets how often each device confirms one notification; 0: each immediately. */
  void confirmEvery(long millis) {
    confirmEveryMillis = millis;
    for (Device device : devices) {
      Channel channel = device.channel();
      if (channel != null) {
        channel.pipeline().get(LoadConnection.class).confirmEvery(millis);
      }
    }
  }

  private void connectMore() {
    while (connecting < setup.connecting()) {
      Device device = waiting.poll();
      if (device == null) {
        return;
      }
      connecting++;
      bootstrap
          .clone()
          .handler(new LoadConnection(device, this))
          .connect(
              new InetSocketAddress(device.node().host(), device.node().port()), sources.of(device))
          .addListener(done -> {
            if (!done.isSuccess()) {
              counts.refused("connect: " + done.cause());
              device.sentTo(nodes.get(failures++ % nodes.size()));
              retry(device);
            }
          });
    }
  }

  void received() {
    received.increment();
  }

  void receivedBroadcast() {
    broadcasts.increment();
  }

  void connected() {
    counts.connected();
    connecting--;
    connectMore();
  }

  void refused(int code) {
    counts.refused("CONNACK 0x" + Integer.toHexString(code));
  }

  void failed(Throwable cause) {
    counts.refused(String.valueOf(cause));
  }

  void disconnected(Device device, boolean wasConnected) {
    Long awayMillis = leaving.remove(device);
    if (wasConnected) {
      counts.disconnected();
      if (staysConnected && awayMillis != null) {
        loop.schedule(() -> comeBack(device), awayMillis, TimeUnit.MILLISECONDS);
      } else if (staysConnected) {
        waiting.add(device);
        connectMore();
      }
    } else {
      retry(device);
    }
  }

  private void retry(Device device) {
    connecting--;
    if (!staysConnected) {
      return;
    }
    loop.schedule(() -> comeBack(device), AGAIN_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void comeBack(Device device) {
    if (staysConnected && device.channel() == null) {
      waiting.add(device);
    }
    connectMore();
  }
}
