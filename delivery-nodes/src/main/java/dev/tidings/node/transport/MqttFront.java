package dev.tidings.node.transport;

import dev.tidings.node.mqtt.Protocol;
import dev.tidings.node.register.Registrar;
import dev.tidings.node.session.DeviceDirectory;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The node's front: listens for devices and speaks MQTT with them. Safe to use from any thread. */
public final class MqttFront {
  private static final Logger log = LoggerFactory.getLogger(MqttFront.class);

  // Beyond the upper mark a connection counts as stalled, until it is below the lower.
  private static final WriteBufferWaterMark WATER_MARKS =
      new WriteBufferWaterMark(64 * 1024, 256 * 1024);

  private final MqttFrontSettings settings;
  private final EventLoops loops;
  private final ChannelHandler tcp;
  private final ChannelHandler webSocket;
  private final List<Channel> listeners = new ArrayList<>();
  private boolean accepting = true;

  /**
   * A front that does not listen yet.
   *
   * @param loops the front's from now on: it ends them when it is closed
   * @param clock tells how long a notification is still worth anything
   */
  public MqttFront(
      MqttFrontSettings settings,
      EventLoops loops,
      DeviceDirectory directory,
      Registrar registrar,
      InstantSource clock,
      MeterRegistry registry) {
    this.settings = settings;
    this.loops = loops;
    Protocol protocol = new Protocol(settings.mqtt(), directory, registrar, clock, registry);
    ConnectionLimit limit = new ConnectionLimit(settings.maxConnections(), registry);
    this.tcp = new TcpPipeline(protocol, limit);
    this.webSocket =
        new WebSocketPipeline(
            protocol,
            limit,
            settings.webSocketProbeInterval(),
            settings.mqtt().lingerTimeout(),
            settings.webSocketMaxFrameBytes());
  }

  /**
   * Starts to listen.
   *
   * @throws IOException if a port can't be had; nothing listens then
   */
  public synchronized void start() throws IOException {
    if (!listeners.isEmpty() || !accepting) {
      throw new IllegalStateException("front: already started (expected: once)");
    }
    try {
      listeners.add(bind(settings.tcpPort(), tcp));
      listeners.add(bind(settings.webSocketPort(), webSocket));
    } catch (IOException e) {
      stopAccepting();
      throw e;
    }
    log.info(
        "MQTT on {}:{}, over WebSocket on port {} ({})",
        settings.bindAddress(),
        tcpPort(),
        webSocketPort(),
        loops.sockets().name());
  }

  public synchronized int tcpPort() {
    return port(0);
  }

  public synchronized int webSocketPort() {
    return port(1);
  }

  /** Closes the ports; the connections stay. Idempotent. */
  public synchronized void stopAccepting() {
    if (accepting) {
      accepting = false;
      for (Channel listener : listeners) {
        listener.close().awaitUninterruptibly();
      }
    }
  }

  /**
   * Stops to listen, ends the event loops and closes with them, without a word, whatever
   * connections are left: to have the devices told why, close their links first. Idempotent;
   * returns when it is done or the time is over.
   */
  public void close(Duration atMost) throws InterruptedException {
    stopAccepting();
    loops.close(atMost);
  }

  private Channel bind(int port, ChannelHandler pipeline) throws IOException {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops.acceptor(), loops.workers())
            .channel(loops.sockets().server())
            .option(ChannelOption.SO_BACKLOG, settings.backlog())
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS)
            .childHandler(pipeline);
    loops.sockets().tuneKeepAlive(bootstrap);
    var bound = bootstrap.bind(settings.bindAddress(), port).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "MQTT can't listen on "
              + settings.bindAddress()
              + ":"
              + port
              + ": "
              + bound.cause().getMessage(),
          bound.cause());
    }
    return bound.channel();
  }

  private int port(int listener) {
    if (listeners.isEmpty()) {
      throw new IllegalStateException("front: not started (expected: started)");
    }
    return ((InetSocketAddress) listeners.get(listener).localAddress()).getPort();
  }
}
