package dev.tidings.node.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Shows G79 of docs/guarantees.md. */
final class FlowChannelTest {
  private static final FlowSettings SETTINGS =
      new FlowSettings(
          Duration.ofSeconds(60),
          Duration.ofSeconds(5),
          Duration.ofSeconds(600),
          2,
          1000,
          100,
          100_000);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final FlowControl control = new FlowControl(SETTINGS, meters);
  private final EmbeddedChannel channel = connection();

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  @Test
  void a_slow_peer_that_takes_bytes_is_not_cut_off() {
    fill(channel, 40);
    for (int i = 0; i < 12; i++) {
      advance(channel, 40);
      channel.unsafe().outboundBuffer().remove();
      assertThat(channel.isOpen()).as("after %d s", (i + 1) * 40).isTrue();
      assertThat(channel.config().isAutoRead()).isFalse();
    }
  }

  @Test
  void one_byte_of_a_message_is_progress_too() {
    fill(channel, 40);
    for (int i = 0; i < 12; i++) {
      advance(channel, 40);
      channel.unsafe().outboundBuffer().progress(1);
    }

    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void a_slow_peer_that_takes_bytes_is_cut_off_in_the_end() {
    fill(channel, 40);
    for (int i = 0; i < 20; i++) {
      advance(channel, 40);
      if (channel.isOpen()) {
        channel.unsafe().outboundBuffer().progress(1);
      }
    }

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void one_that_takes_nothing_is_cut_off_when_its_time_is_over() {
    fill(channel, 40);
    advance(channel, 59);
    assertThat(channel.isOpen()).isTrue();
    advance(channel, 1);

    assertThat(channel.isOpen()).isFalse();
    assertThat(meters.get("tidings.node.connections.stalled").counter().count()).isEqualTo(1);
    assertThat(full()).isZero();
  }

  @Test
  void what_is_written_while_nothing_is_taken_is_no_progress() {
    fill(channel, 40);
    for (int i = 0; i < 6; i++) {
      advance(channel, 10);
      if (channel.isOpen()) {
        fill(channel, 1);
      }
    }

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void while_there_are_many_they_have_less_time_and_too_many_have_none() {
    EmbeddedChannel second = connection();
    EmbeddedChannel third = connection();
    EmbeddedChannel fourth = connection();
    EmbeddedChannel fifth = connection();
    for (EmbeddedChannel each : new EmbeddedChannel[] {channel, second, third, fourth, fifth}) {
      fill(each, 40);
      each.runPendingTasks();
    }
    assertThat(fifth.isOpen()).isFalse();
    assertThat(fourth.isOpen()).isTrue();
    advance(fourth, 5);
    assertThat(fourth.isOpen()).isFalse();
    assertThat(full()).isEqualTo(3);
    for (EmbeddedChannel each : new EmbeddedChannel[] {second, third}) {
      each.finishAndReleaseAll();
    }
    assertThat(full()).isEqualTo(1);
  }

  @Test
  void decoders_that_want_more_do_not_get_it_from_who_does_not_read() {
    int[] reads = {0};
    channel
        .pipeline()
        .addFirst(
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void read(ChannelHandlerContext ctx) {
                reads[0]++;
                ctx.read();
              }
            });
    channel.read();
    assertThat(reads[0]).isEqualTo(1);
    fill(channel, 40);
    channel.read();
    assertThat(reads[0]).isEqualTo(1);
    channel.flush();
    assertThat(reads[0]).as("read again when there is room").isEqualTo(2);
  }

  @Test
  void who_sends_too_much_at_once_is_not_read_for_a_while() {
    receive(900);
    assertThat(channel.config().isAutoRead()).isTrue();
    receive(200);
    assertThat(channel.config().isAutoRead()).isFalse();
    advance(channel, 2);
    assertThat(channel.config().isAutoRead()).isFalse();
    advance(channel, 2);

    assertThat(channel.config().isAutoRead()).isTrue();
    assertThat(meters.get("tidings.node.connections.throttled").counter().count()).isEqualTo(1);
  }

  @Test
  void a_packet_that_is_not_complete_in_a_minute_ends_its_connection() {
    receive(5_000);
    advance(channel, 59);
    assertThat(channel.isOpen()).isTrue();
    advance(channel, 1);

    assertThat(channel.isOpen()).isFalse();
    assertThat(meters.get("tidings.node.connections.unfinished").counter().count()).isEqualTo(1);
    assertThat(unfinished()).isZero();
  }

  @Test
  void packets_that_are_complete_may_go_on_for_ever_and_so_may_small_beginnings() {
    for (int i = 0; i < 100; i++) {
      receive(5_000);
      advance(channel, 30);
      Flow.of(channel).complete();
    }
    receive(4_000);
    advance(channel, 3_600);

    assertThat(channel.isOpen()).isTrue();
    assertThat(unfinished()).isZero();
  }

  @Test
  void what_is_not_complete_takes_no_more_than_its_share_of_memory_however_many_there_are() {
    EmbeddedChannel second = connection();
    EmbeddedChannel third = connection();
    receive(40_000);
    second.writeInbound(Unpooled.buffer().writeZero(40_000));
    third.writeInbound(Unpooled.buffer().writeZero(40_000));
    third.runPendingTasks();
    assertThat(third.isOpen()).isFalse();
    assertThat(channel.isOpen()).isTrue();
    assertThat(second.isOpen()).isTrue();
    assertThat(unfinished()).isEqualTo(80_000);

    Flow.of(channel).complete();
    EmbeddedChannel fourth = connection();
    fourth.writeInbound(Unpooled.buffer().writeZero(40_000));
    fourth.runPendingTasks();
    assertThat(fourth.isOpen()).isTrue();
    for (EmbeddedChannel each : new EmbeddedChannel[] {second, third, fourth}) {
      each.finishAndReleaseAll();
    }
    assertThat(unfinished()).isZero();
  }

  @Test
  void what_goes_on_to_another_node_is_not_held() {
    Flow.of(channel).passes();
    receive(50_000);
    advance(channel, 60);

    assertThat(channel.isOpen()).isTrue();
    assertThat(unfinished()).isZero();
  }

  @Test
  void another_node_may_send_what_it_likes() {
    EmbeddedChannel node = new EmbeddedChannel();
    Flow.toNode(node.pipeline(), control);
    node.pipeline().addLast(new Dropping());
    node.writeInbound(Unpooled.buffer().writeZero(100_000));

    assertThat(node.config().isAutoRead()).isTrue();
    node.finishAndReleaseAll();
  }

  @Test
  void each_reason_not_to_read_counts_by_itself() {
    Flow flow = Flow.of(channel);
    flow.pauseReading(channel);
    flow.otherFull(channel, true);
    flow.resumeReading(channel);
    assertThat(channel.config().isAutoRead()).isFalse();
    flow.otherFull(channel, false);
    assertThat(channel.config().isAutoRead()).isTrue();
    flow.pauseReading(channel);
    flow.drain(channel);
    assertThat(channel.config().isAutoRead()).isTrue();
  }

  private EmbeddedChannel connection() {
    EmbeddedChannel made = new EmbeddedChannel();
    made.freezeTime();
    Flow.in(made.pipeline(), control);
    made.pipeline().addLast(new Dropping());
    return made;
  }

  /** Writes messages of 2 KB that are not taken: 64 KB make a buffer full. */
  private static void fill(EmbeddedChannel channel, int messages) {
    for (int i = 0; i < messages; i++) {
      ByteBuf message = Unpooled.buffer().writeZero(2048);
      channel.unsafe().outboundBuffer().addMessage(message, 2048, channel.newPromise());
    }
    channel.unsafe().outboundBuffer().addFlush();
    channel.runPendingTasks();
  }

  private void receive(int bytes) {
    channel.writeInbound(Unpooled.buffer().writeZero(bytes));
  }

  private static void advance(EmbeddedChannel channel, int seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
  }

  private double unfinished() {
    return meters.get("tidings.node.connections.unfinished.bytes").gauge().value();
  }

  private double full() {
    return meters.get("tidings.node.connections.full").gauge().value();
  }

  private static final class Dropping extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ReferenceCountUtil.release(message);
    }
  }
}
