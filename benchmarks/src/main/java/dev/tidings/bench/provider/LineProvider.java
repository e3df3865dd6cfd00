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
import java.util.concurrent.TimeUnit;

/**
 * A provider that sends everything in one REST request, a notification in each line, and reads the
 * answers meanwhile.
 */
public final class LineProvider implements Provider {
  /** The number sent at once before answers are read again. */
  private static final int BURST = 256;

  private final SendLog sendLog = new SendLog();
  private final Recipients recipients;
  private final MultiThreadIoEventLoopGroup group;
  private final PacedLoop sending;
  private final LineConnection connection;

  /**
   * Connects.
   *
   * @param authorization the header of the request; empty for none
   * @param linger the time for which it collects lines before it writes them, as a producer does
   */
  public LineProvider(
      HostPort service,
      String app,
      Optional<String> authorization,
      Recipients recipients,
      int payloadBytes,
      Duration linger)
      throws InterruptedException {
    this.recipients = recipients;
    group =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("bench-provider", true), NioIoHandler.newFactory());
    EventLoop loop = group.next();
    sending = new PacedLoop(loop, BURST, linger, System::nanoTime, new Lines());
    connection =
        new LineConnection(
            service.toString(), app, authorization, payloadBytes, sendLog, sending::look);
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

  private final class Lines implements PacedLoop.Sender {
    @Override
    public boolean send(long meant) {
      boolean room = connection.canSend();
      if (room) {
        int device = recipients.next();
        connection.send(device, recipients.take(), recipients.token(device), meant);
      }
      return room;
    }

    @Override
    public void flush() {
      connection.flush();
    }

    @Override
    public int unanswered() {
      return connection.unanswered();
    }
  }

  @Override
  public void start(SendPace pace) {
    sending.start(pace);
  }

  @Override
  public boolean stop(Duration patience) throws InterruptedException {
    return sending.stop(patience);
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
    group.next().execute(connection::close);
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }
}
