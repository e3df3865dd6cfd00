package dev.tidings.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.testing.Cluster;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.value.NotificationId;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * With Netty's own client, on which Pushy and others are built: when a window is full it sends some
 * of each body in turn, so that later ones are complete before earlier ones.
 *
 * <p>Shows G5 of docs/guarantees.md.
 */
@Timeout(180)
class OrderIT {
  private static final int REQUESTS = 500;
  private static final String TOKEN = TestNode.token("phone").hex();
  private static final byte[] PAYLOAD =
      ("{\"aps\":{\"alert\":\"" + "x".repeat(3_900) + "\"}}").getBytes(StandardCharsets.US_ASCII);

  private final List<CharSequence> statuses = Collections.synchronizedList(new ArrayList<>());

  @Test
  void what_is_under_way_for_one_token_reaches_the_log_in_the_order_of_its_heads(
      @TempDir Path state) throws Exception {
    List<String> ids = new ArrayList<>();
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try (Cluster cluster = new Cluster();
        TestNode node = new TestNode(cluster, state)) {
      Channel connection = connect(group, node.port("http"));
      for (int round = 1; round <= 3; round++) {
        // In one task: the window has no chance to grow before all heads are sent. In the first
        // round it is the one that a connection begins with, of 65,535 bytes.
        connection
            .eventLoop()
            .submit(() -> {
              for (int i = 0; i < REQUESTS; i++) {
                ids.add(NotificationId.random().value());
                push(connection, ids.getLast());
              }
            })
            .sync();
        int all = round * REQUESTS;
        await().atMost(Duration.ofSeconds(50)).until(() -> statuses.size() == all);
      }

      assertThat(statuses).allMatch(status -> status.toString().equals("200"));
      assertThat(
              cluster.read(LogTopics.NOTIFICATIONS).stream()
                  .map(record -> cluster.decode(Notification.class, record.value()).getId()))
          .containsExactlyElementsOf(ids);
    } finally {
      group.shutdownGracefully(0, 5, TimeUnit.SECONDS);
    }
  }

  private static Channel connect(EventLoopGroup group, int port) throws Exception {
    return new Bootstrap()
        .group(group)
        .channel(NioSocketChannel.class)
        .handler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(
                        Http2FrameCodecBuilder.forClient().build(),
                        new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()));
              }
            })
        .connect("127.0.0.1", port)
        .sync()
        .channel();
  }

  private void push(Channel connection, String id) {
    Http2StreamChannel stream =
        new Http2StreamChannelBootstrap(connection).handler(new Answers()).open().getNow();
    Http2Headers head =
        new DefaultHttp2Headers()
            .method("POST")
            .scheme("http")
            .authority("localhost")
            .path("/3/device/" + TOKEN)
            .add("apns-topic", TestNode.APP)
            .add("apns-id", id);
    stream.write(new DefaultHttp2HeadersFrame(head));
    stream.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(PAYLOAD), true));
  }

  private final class Answers extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message instanceof Http2HeadersFrame head) {
        statuses.add(head.headers().status());
      }
      ReferenceCountUtil.release(message);
    }
  }
}
