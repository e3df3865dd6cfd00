package dev.tidings.bench.provider;

import dev.tidings.infra.process.HostPort;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A provider that speaks Apple's protocol over a few connections, all on one event loop.
 * Notifications for one device always use the same connection, which keeps their order.
 */
public final class PushProvider implements Provider {
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(10);
  private static final int LARGEST_READ = 64 << 10;

  /** The number sent at once before responses are read again. */
  private static final int BURST = 512;

  private final SendLog sendLog = new SendLog();
  private final Recipients recipients;
  private final MultiThreadIoEventLoopGroup group;
  private final EventLoop loop;
  private final PacedLoop sending;
  private final Bootstrap bootstrap;
  private final HostPort service;
  private final Supplier<PushConnection> newConnection;

  // Changed on the event loop only.
  private final List<PushConnection> connections = new ArrayList<>();

  /**
   * Connects, without a credential.
   *
   * @throws IllegalStateException if the service does not answer
   */
  public PushProvider(
      HostPort service, String app, Recipients recipients, int connections, int payloadBytes)
      throws InterruptedException {
    this(service, app, Optional.empty(), recipients, connections, payloadBytes);
  }

  /**
   * Connects.
   *
   * @param authorization the header of each request; empty for none
   * @throws IllegalStateException if the service does not answer
   */
  public PushProvider(
      HostPort service,
      String app,
      Optional<String> authorization,
      Recipients recipients,
      int connections,
      int payloadBytes)
      throws InterruptedException {
    this.recipients = recipients;
    this.service = service;
    boolean epoll = Epoll.isAvailable();
    group =
        new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory("bench-provider", true),
            epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    loop = group.next();
    sending = new PacedLoop(loop, BURST, Duration.ZERO, System::nanoTime, new Requests());
    bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(LARGEST_READ));
    var template = new RequestTemplate(service.toString(), app, authorization);
    newConnection = () -> new PushConnection(template, sendLog, payloadBytes, sending::look);
    for (int i = 0; i < connections; i++) {
      this.connections.add(newConnection.get());
      connect(this.connections.get(i));
    }
    awaitReady();
  }

  private void connect(PushConnection connection) throws InterruptedException {
    bootstrap.clone().handler(connection).connect(service.host(), service.port()).sync();
  }

  /** A service ends connections on which nobody has proved who he is for a while. */
  private void reconnect() throws InterruptedException {
    for (int i = 0; i < connections.size(); i++) {
      int at = i;
      if (!ask(() -> connections.get(at).isReady())) {
        PushConnection connection = newConnection.get();
        connect(connection);
        loop.submit(() -> connections.set(at, connection)).sync();
      }
    }
    awaitReady();
  }

  private void awaitReady() throws InterruptedException {
    long end = System.nanoTime() + CONNECT_WITHIN.toNanos();
    while (!ask(() -> connections.stream().allMatch(PushConnection::isReady))) {
      if (System.nanoTime() - end > 0) {
        close();
        throw new IllegalStateException("the service did not answer: " + sendLog.reasons());
      }
      Thread.sleep(5);
    }
  }

  private final class Requests implements PacedLoop.Sender {
    @Override
    public boolean send(long meant) {
      int device = recipients.next();
      PushConnection connection = connections.get(device % connections.size());
      boolean room = connection.canSend();
      if (room) {
        connection.send(device, recipients.take(), recipients.token(device), meant);
      }
      return room;
    }

    @Override
    public void flush() {
      connections.forEach(PushConnection::flush);
    }

    @Override
    public int unanswered() {
      return connections.stream().mapToInt(PushConnection::unanswered).sum();
    }
  }

  @Override
  public void start(SendPace pace) throws InterruptedException {
    reconnect();
    sending.start(pace);
  }

  @Override
  public boolean stop(Duration patience) throws InterruptedException {
    return sending.stop(patience);
  }

  private boolean ask(java.util.concurrent.Callable<Boolean> question) throws InterruptedException {
    return loop.submit(question).sync().getNow();
  }

  @Override
  public SendLog answers() {
    return sendLog;
  }

  @Override
  public Recipients recipients() {
    return recipients;
  }

  @Override
  public void close() {
    loop.execute(() -> connections.forEach(PushConnection::close));
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }
}
