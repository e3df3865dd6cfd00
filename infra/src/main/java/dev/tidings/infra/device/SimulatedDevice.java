package dev.tidings.infra.device;

import dev.tidings.infra.ledger.Ledger;
import dev.tidings.infra.process.HostPort;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A device that drops nothing: it enters each arrival into the ledger and confirms it. It comes
 * back by itself, trying one node after the other, with full jitter. Its state belongs to its event
 * loop; its methods may be called from any thread.
 */
public final class SimulatedDevice {
  private static final int CONNECT_WITHIN_MILLIS = 2_000;
  private static final int LARGEST_PACKET = 1 << 20;
  private static final int BASE_MILLIS = 50;
  private static final int CAP_MILLIS = 1_000;

  private final int number;
  private final String serial;
  private final EventLoop loop;
  private final Supplier<List<HostPort>> nodes;
  private final RandomGenerator random;
  private final Ledger ledger;
  private final CompletableFuture<String> token = new CompletableFuture<>();

  private final List<Channel> abandoned = new ArrayList<>();
  private @Nullable DeviceConnection connection;
  private int next;
  private int failures;
  private boolean closed;
  private volatile boolean present = true;

  SimulatedDevice(
      int number,
      String serial,
      EventLoop loop,
      Supplier<List<HostPort>> nodes,
      RandomGenerator random,
      Ledger ledger) {
    this.number = number;
    this.serial = serial;
    this.loop = loop;
    this.nodes = nodes;
    this.random = random;
    this.ledger = ledger;
    this.next = number;
  }

  /** Connects and registers. Returns its token, once it has one. */
  CompletableFuture<String> start() {
    loop.execute(this::connect);
    return token;
  }

  /** Its number among the devices, from 0 on. */
  public int number() {
    return number;
  }

  String serial() {
    return serial;
  }

  /** False from {@link #vanish} to {@link #comeBack}. */
  public boolean isPresent() {
    return present;
  }

  /** Reads nothing and answers nothing from now on, and closes nothing: as out of reach. */
  public void vanish() {
    present = false;
    loop.execute(() -> {
      DeviceConnection gone = connection;
      connection = null;
      if (gone != null) {
        gone.abandon();
        abandoned.add(gone.channel());
      }
    });
  }

  /** Connects anew, as from another network. */
  public void comeBack() {
    present = true;
    loop.execute(this::connect);
  }

  void close() {
    loop.execute(() -> {
      closed = true;
      if (connection != null) {
        connection.channel().close();
      }
      abandoned.forEach(Channel::close);
    });
  }

  private void connect() {
    if (closed || !present || connection != null) {
      return;
    }
    List<HostPort> all = nodes.get();
    HostPort node = all.get(Math.floorMod(next, all.size()));
    var attempt = new DeviceConnection(this, ledger);
    connection = attempt;
    new Bootstrap()
        .group(loop)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_WITHIN_MILLIS)
        .option(ChannelOption.TCP_NODELAY, true)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
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

  /** The node has accepted it. */
  void accepted() {
    failures = 0;
  }

  void registered(String newToken) {
    token.complete(newToken);
  }

  boolean isRegistered() {
    return token.isDone();
  }

  /** A connection has ended, or has not come about. */
  void lost(DeviceConnection ended) {
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
