package dev.tidings.node.relay;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.flow.Flow;
import dev.tidings.node.flow.FlowControl;
import dev.tidings.node.flow.FlowSettings;
import dev.tidings.node.route.CloseMode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Shows G79 of docs/guarantees.md. */
final class PipeEndChannelTest {
  private static final Duration LINGER = Duration.ofSeconds(2);
  private static final Duration WRITE = Duration.ofSeconds(30);
  private static final Duration ANSWER = Duration.ofSeconds(5);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final RelayMeters relayMeters = new RelayMeters(meters);
  private final FlowControl flow = new FlowControl(FlowSettings.of(WRITE), meters);
  private final EmbeddedChannel device = new EmbeddedChannel();
  private final EmbeddedChannel owner = new EmbeddedChannel();

  @BeforeEach
  void join() {
    device.freezeTime();
    owner.freezeTime();
    Flow.in(device.pipeline(), flow);
    Flow.toNode(owner.pipeline(), flow);
    owner
        .pipeline()
        .addLast(new FirstByteTimeout(ANSWER, device, why -> relayMeters.failed()))
        .addLast(new PipeEnd(device, CloseMode.CLOSE, LINGER));
    device.pipeline().addLast(new PipeEnd(owner, CloseMode.CLOSE, LINGER));
  }

  @AfterEach
  void close() {
    device.finishAndReleaseAll();
    owner.finishAndReleaseAll();
  }

  @Test
  void what_comes_in_at_one_end_goes_out_at_the_other() {
    device.writeInbound(bytes("hello "), bytes("owner"));
    owner.writeInbound(bytes("hello device"));

    assertThat(sent(owner)).isEqualTo("hello owner");
    assertThat(sent(device)).isEqualTo("hello device");
  }

  @Test
  void neither_end_is_read_while_one_takes_no_more() {
    for (EmbeddedChannel full : new EmbeddedChannel[] {owner, device}) {
      writable(full, false);
      assertThat(device.config().isAutoRead()).isFalse();
      assertThat(owner.config().isAutoRead()).isFalse();
      writable(full, true);
      assertThat(device.config().isAutoRead()).isTrue();
      assertThat(owner.config().isAutoRead()).isTrue();
    }
  }

  @Test
  void an_end_that_takes_nothing_any_more_ends_both() {
    owner.writeInbound(bytes("hello"));
    sent(device);
    writable(device, false);
    advance(WRITE);

    assertThat(device.isOpen()).isFalse();
    assertThat(owner.isOpen()).isFalse();
    assertThat(meters.get("tidings.node.connections.stalled").counter().count()).isEqualTo(1);
  }

  @Test
  void the_other_end_gets_what_was_meant_for_it_before_it_is_closed() {
    Stalled stalled = new Stalled();
    device.pipeline().addFirst(stalled);
    owner.writeInbound(bytes("farewell"));
    owner.close();
    assertThat(device.isOpen()).isTrue();

    stalled.go();
    assertThat(sent(device)).isEqualTo("farewell");
    assertThat(device.isOpen()).isFalse();
  }

  @Test
  void an_end_that_does_not_take_it_is_cut_off() {
    device.pipeline().addFirst(new Stalled());
    owner.writeInbound(bytes("farewell"));
    owner.close();
    advance(LINGER);

    assertThat(device.isOpen()).isFalse();
  }

  @Test
  void an_owner_that_ends_its_output_ends_the_devices_connection() {
    owner.writeInbound(bytes("why"));
    owner.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);

    assertThat(sent(device)).isEqualTo("why");
    assertThat(device.isOpen()).isFalse();
    assertThat(owner.isOpen()).isFalse();
  }

  @Test
  void a_device_that_goes_ends_the_owners_connection() {
    device.writeInbound(bytes("last words"));
    device.close();

    assertThat(sent(owner)).isEqualTo("last words");
    assertThat(owner.isOpen()).isFalse();
    assertThat(failed()).isZero();
  }

  @Test
  void an_error_ends_both() {
    device.pipeline().fireExceptionCaught(new IOException("reset"));

    assertThat(device.isOpen()).isFalse();
    assertThat(owner.isOpen()).isFalse();
  }

  @Test
  void an_owner_that_accepts_and_does_not_answer_is_given_up() {
    advance(ANSWER);

    assertThat(device.isOpen()).isFalse();
    assertThat(failed()).isEqualTo(1);
  }

  @Test
  void one_that_has_answered_may_be_silent_for_as_long_as_it_likes() {
    owner.writeInbound(bytes("hello"));
    advance(ANSWER.multipliedBy(100));

    assertThat(sent(device)).isEqualTo("hello");
    assertThat(device.isOpen()).isTrue();
    assertThat(owner.pipeline().get(FirstByteTimeout.class)).isNull();
  }

  @Test
  void an_owner_that_is_gone_by_then_ends_the_devices_connection() {
    owner.close();
    EmbeddedChannel late = new EmbeddedChannel(new PipeEnd(owner, CloseMode.CLOSE, LINGER));

    assertThat(late.isOpen()).isFalse();
  }

  private double failed() {
    return meters.get("tidings.node.relays.failed").counter().count();
  }

  private void advance(Duration time) {
    for (EmbeddedChannel end : new EmbeddedChannel[] {owner, device}) {
      end.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
      end.runScheduledPendingTasks();
      end.runPendingTasks();
    }
  }

  private static void writable(EmbeddedChannel channel, boolean writable) {
    channel.unsafe().outboundBuffer().setUserDefinedWritability(1, writable);
    channel.runPendingTasks();
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, US_ASCII);
  }

  private static String sent(EmbeddedChannel channel) {
    StringBuilder text = new StringBuilder();
    for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
      text.append(bytes.toString(US_ASCII));
      bytes.release();
    }
    return text.toString();
  }

  /** A socket whose buffer is full. */
  private static final class Stalled extends ChannelOutboundHandlerAdapter {
    private Runnable go = () -> {};
    private Runnable drop = () -> {};

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      go = () -> ctx.writeAndFlush(message, promise);
      drop = ((ByteBuf) message)::release;
    }

    void go() {
      drop = () -> {};
      go.run();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
      drop.run();
    }
  }
}
