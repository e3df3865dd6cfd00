package dev.tidings.bench.provider;

import dev.tidings.infra.process.HostPort;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A provider that sends everything in one REST request, a notification in each line, and reads the
 * answers meanwhile.
 */
public final class LineProvider implements Provider {
  /** The number sent at once before answers are read again. */
  private static final int BURST = 128;

  private static final long RETRY_NANOS = 100_000;

  private final SendLog sendLog = new SendLog();
  private final Recipients recipients;
  private final MultiThreadIoEventLoopGroup group;
  private final EventLoop loop;
  private final LineConnection connection;

  // Event loop only.
  private @Nullable SendPace pace;
  private boolean scheduled;
  private long sent;

  /**
   * Connects.
   *
   * @param authorization the header of the request; empty for none
   */
  public LineProvider(
      HostPort service,
      String app,
      Optional<String> authorization,
      Recipients recipients,
      int payloadBytes)
      throws InterruptedException {
    this.recipients = recipients;
    group =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("bench-provider", true), NioIoHandler.newFactory());
    loop = group.next();
    connection =
        new LineConnection(
            service.toString(), app, authorization, payloadBytes, sendLog, this::lookLater);
    new Bootstrap()
        .group(loop)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new HttpClientCodec(), connection);
              }
            })
        .connect(service.host(), service.port())
        .sync();
  }

  @Override
  public void start(SendPace newPace) {
    loop.execute(() -> {
      pace = newPace;
      sent = 0;
      look();
    });
  }

  private void lookLater() {
    if (!scheduled) {
      scheduled = true;
      loop.execute(this::lookAgain);
    }
  }

  private void lookAgain() {
    scheduled = false;
    look();
  }

  /** Sends what is due, if there is room for it, and schedules the next look. */
  private void look() {
    SendPace current = pace;
    if (current == null) {
      return;
    }
    long now = System.nanoTime();
    long due = Math.min(current.allowed(now) - sent, BURST);
    for (long i = 0; i < due && connection.canSend(); i++) {
      int device = recipients.next();
      connection.send(
          device, recipients.take(), recipients.token(device), current.meant(sent, now));
      sent++;
    }
    connection.flush();
    if (!scheduled) {
      scheduled = true;
      loop.schedule(
          this::lookAgain,
          Math.max(RETRY_NANOS, current.waitNanos(sent, System.nanoTime())),
          TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public boolean stop(Duration patience) throws InterruptedException {
    loop.submit(() -> pace = null).sync();
    long end = System.nanoTime() + patience.toNanos();
    while (ask(() -> connection.unanswered() > 0)) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      Thread.sleep(2);
    }
    return true;
  }

  private boolean ask(Callable<Boolean> question) throws InterruptedException {
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
    loop.execute(connection::close);
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }
}
