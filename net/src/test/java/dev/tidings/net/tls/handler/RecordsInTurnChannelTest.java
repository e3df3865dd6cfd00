package dev.tidings.net.tls.handler;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RecordsInTurnChannelTest {
  private static final int DATA = 100;
  private static final int END = 19;

  /** The lengths of what has passed, without the five bytes before each; -1 for the end. */
  private final List<Integer> passed = new ArrayList<>();

  /** Whether each one that passes has the connection read no further, as a request does. */
  private boolean takesTurns = true;

  /** Whether more is asked for as soon as it may be read; not of a socket that has ended. */
  private boolean asks = true;

  private final EmbeddedChannel channel =
      new EmbeddedChannel(
          new RecordsInTurn(),
          new ChannelDuplexHandler() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
              ByteBuf record = (ByteBuf) message;
              passed.add(record.readableBytes() - 5);
              record.release();
              if (takesTurns) {
                ctx.channel().config().setAutoRead(false);
              }
            }

            @Override
            public void read(ChannelHandlerContext ctx) throws Exception {
              if (asks) {
                super.read(ctx);
              }
            }

            @Override
            public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
              passed.add(-1);
            }
          });

  @AfterEach
  void end() {
    channel.finishAndReleaseAll();
  }

  private static ByteBuf records(int... lengths) {
    ByteBuf all = Unpooled.buffer();
    for (int length : lengths) {
      all.writeByte(23).writeShort(0x0303).writeShort(length).writeZero(length);
    }
    return all;
  }

  private void readOn() {
    channel.config().setAutoRead(true);
    channel.runPendingTasks();
  }

  @Test
  void what_has_come_with_a_request_waits_until_more_is_read() {
    channel.writeInbound(records(DATA, DATA, END));
    assertThat(passed).containsExactly(DATA);

    readOn();
    assertThat(passed).containsExactly(DATA, DATA);
    readOn();
    assertThat(passed).containsExactly(DATA, DATA, END);
  }

  @Test
  void a_record_passes_when_it_is_whole() {
    takesTurns = false;
    ByteBuf all = records(DATA, DATA);
    channel.writeInbound(all.readRetainedSlice(3));
    channel.writeInbound(all.readRetainedSlice(DATA));
    assertThat(passed).isEmpty();

    channel.writeInbound(all);
    assertThat(passed).containsExactly(DATA, DATA);
  }

  /** The handler of TLS asks for more whenever nothing was passed. */
  @Test
  void who_asks_for_more_in_between_gets_nothing_and_is_not_asked_for_ever() {
    channel.writeInbound(records(DATA, DATA));
    channel.read();
    channel.runPendingTasks();
    assertThat(passed).containsExactly(DATA);
    assertThat(channel.hasPendingTasks()).isFalse();
  }

  /** All requests are there then, and the end of TLS comes behind their answers or not at all. */
  @Test
  void behind_the_end_of_the_connection_nothing_waits_but_the_end_of_tls() {
    channel.writeInbound(records(DATA, DATA, END));
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    assertThat(passed).containsExactly(DATA, DATA, -1);
  }

  /** A short request looks like it, and whoever serves it asks for the rest. */
  @Test
  void what_was_taken_for_the_end_of_tls_passes_when_its_turn_has_come() {
    channel.writeInbound(records(DATA, END));
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    assertThat(RecordsInTurn.hasNext(channel.pipeline())).isTrue();
    assertThat(RecordsInTurn.goOn(channel.pipeline())).as("not read").isFalse();

    asks = false;
    channel.config().setAutoRead(true);
    assertThat(RecordsInTurn.goOn(channel.pipeline())).isTrue();
    assertThat(passed).containsExactly(DATA, -1, END);
    assertThat(RecordsInTurn.hasNext(channel.pipeline())).isFalse();
    assertThat(RecordsInTurn.goOn(channel.pipeline())).isFalse();
  }

  @Test
  void a_record_that_never_came_whole_is_not_waited_for() {
    channel.writeInbound(records(DATA, DATA).writerIndex(DATA + 5 + 20));
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    channel.config().setAutoRead(true);
    assertThat(RecordsInTurn.hasNext(channel.pipeline())).isFalse();
    assertThat(RecordsInTurn.goOn(channel.pipeline())).isFalse();
  }

  @Test
  void what_is_not_tls_and_what_needs_no_turns_passes_as_it_is() {
    channel.writeInbound(Unpooled.buffer().writeBytes("GET / HTTP/1.1".getBytes(US_ASCII)));
    channel.writeInbound(records(DATA, DATA));
    assertThat(passed).containsExactly(9, 2 * DATA + 5);
  }

  @Test
  void what_is_told_that_there_are_no_turns_passes_what_it_has() {
    channel.writeInbound(records(DATA, DATA, END));
    RecordsInTurn.end(channel.pipeline());
    assertThat(passed).containsExactly(DATA, DATA + END + 5);
    channel.writeInbound(records(DATA, DATA));
    assertThat(passed).hasSize(3);
  }
}
