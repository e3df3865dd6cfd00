package dev.tidings.infra.device;

import dev.tidings.infra.ledger.Ledger;
import dev.tidings.infra.ledger.Recipient;
import dev.tidings.infra.process.Endpoints;
import dev.tidings.infra.process.HostPort;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A device that drops no repetition: it records each arrival in the ledger and confirms it. It
 * reconnects automatically, trying one node after the other, with full jitter. Its number decides
 * which MQTT it speaks, over what, and how it subscribes. Its state belongs to its event loop; its
 * methods may be called from any thread.
 */
public final class SimulatedDevice {
  private static final int CONNECT_WITHIN_MILLIS = 2_000;
  private static final int LARGEST_PACKET = 1 << 20;
  private static final int BASE_MILLIS = 50;
  private static final int CAP_MILLIS = 1_000;

  private final int number;
  private final String serial;
  private final DevicePasswords passwords;
  private final EventLoop loop;
  private final Supplier<List<Endpoints>> nodes;
  private final RandomGenerator random;
  private final Ledger ledger;
  private final List<AppOnDevice> apps;

  private final List<Channel> abandoned = new ArrayList<>();
  private @Nullable SimulatedConnection connection;
  private int next;
  private int failures;
  private boolean closed;
  private volatile boolean present = true;

  SimulatedDevice(
      int number,
      String serial,
      DevicePasswords passwords,
      EventLoop loop,
      Supplier<List<Endpoints>> nodes,
      RandomGenerator random,
      Ledger ledger) {
    this.number = number;
    this.serial = serial;
    this.passwords = passwords;
    this.loop = loop;
    this.nodes = nodes;
    this.random = random;
    this.ledger = ledger;
    this.next = number;
    this.apps =
        IntStream.range(0, Devices.APPS.size())
            .mapToObj(
                app -> new AppOnDevice(new Recipient(number, app), Devices.APPS.get(app), ledger))
            .toList();
  }

  /** Connects and registers. */
  void start() {
    loop.execute(this::connect);
  }

  /** Returns a future that completes when each of its apps has received a token. */
  CompletableFuture<Void> registered() {
    return CompletableFuture.allOf(
        apps.stream().map(AppOnDevice::first).toArray(CompletableFuture<?>[]::new));
  }

  Optional<String> token(int app) {
    return apps.get(app).token();
  }

  List<AppOnDevice> apps() {
    return apps;
  }

  /** Returns the token of an app and requests another one, if the app has one at the moment. */
  public void renew(int app) {
    loop.execute(() -> {
      if (apps.get(app).renew() && connection != null) {
        connection.request();
      }
    });
  }

  MqttVersion version() {
    return number % 2 == 0 ? MqttVersion.MQTT_5 : MqttVersion.MQTT_3_1_1;
  }

  private SimulatedTransport transport() {
    List<SimulatedTransport> all = List.of(SimulatedTransport.values());
    return all.get(number / 2 % all.size());
  }

  /** Whether it subscribes to its apps one by one, instead of with a wildcard. */
  boolean isParticular() {
    return number % 5 == 0;
  }

  /** Returns its number among the devices, from 0. */
  public int number() {
    return number;
  }

  /** Returns its client id. */
  public String serial() {
    return serial;
  }

  /** Returns what it proves itself by in its next connection. */
  Optional<String> password() {
    return passwords.of(serial);
  }

  /** Whether it is present: not between {@link #vanish} and {@link #comeBack}. */
  public boolean isPresent() {
    return present;
  }

  /** Stops reading and writing without closing the connection, as if unreachable. */
  public void vanish() {
    present = false;
    loop.execute(() -> {
      SimulatedConnection gone = connection;
      connection = null;
      if (gone != null) {
        gone.abandon();
        gone.channel().ifPresent(abandoned::add);
      }
    });
  }

  /** Connects again, as if from another network. */
  public void comeBack() {
    present = true;
    loop.execute(this::connect);
  }

  void close() {
    loop.execute(() -> {
      closed = true;
      if (connection != null) {
        connection.channel().ifPresent(Channel::close);
      }
      abandoned.forEach(Channel::close);
    });
  }

  private void connect() {
    if (closed || !present || connection != null) {
      return;
    }
    List<HostPort> all =
        nodes.get().stream()
            .flatMap(node -> node.find(transport().endpoint()).stream())
            .map(HostPort::local)
            .toList();
    HostPort node = all.get(Math.floorMod(next, all.size()));
    var attempt = new SimulatedConnection(this, ledger);
    connection = attempt;
    new Bootstrap()
        .group(loop)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_WITHIN_MILLIS)
        .option(ChannelOption.TCP_NODELAY, true)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) throws SSLException {
                transport().install(channel.pipeline(), node);
                channel
                    .pipeline()
                    .addLast(new MqttDecoder(LARGEST_PACKET), MqttEncoder.INSTANCE, attempt);
              }
            })
        .connect(node.host(), node.port())
        .addListener(connected -> {
          if (!connected.isSuccess()) {
            lost(attempt);
          }
        });
  }

  /** Called when the node has accepted the connection. */
  void accepted() {
    failures = 0;
  }

  /** Called when a connection has ended, or could not be opened. */
  void lost(SimulatedConnection ended) {
    if (connection != ended) {
      return;
    }
    connection = null;
    if (closed || !present) {
      return;
    }
    next++;
    int rounds = failures++ / Math.max(1, nodes.get().size());
    long bound = Math.min(CAP_MILLIS, (long) BASE_MILLIS << Math.min(rounds, 10));
    loop.schedule(this::connect, random.nextLong(bound + 1), TimeUnit.MILLISECONDS);
  }
}
