package dev.tidings.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.http.Response;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.Http2CodecUtil;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Requests for one token are taken in the order of their heads, whichever body is there first.
 *
 * <p>Shows G5 of docs/guarantees.md.
 */
class OrderChannelTest {
  private final Wire wire = new Wire();

  @BeforeEach
  void hello() {
    wire.hello();
    // Streams 1, 11, 21, … are for one token, 3, 13, 23, … for another.
    wire.order(path -> path.substring(path.length() - 1));
  }

  @AfterEach
  void close() {
    wire.close();
  }

  /** With a full window, clients let later bodies pass earlier ones. */
  @Test
  void the_window_of_all_bodies_together_is_a_mebibyte_and_more_from_the_beginning() {
    try (Wire fresh = new Wire()) {
      fresh.write(ByteBufUtil.getBytes(Http2CodecUtil.connectionPrefaceBuf()));
      long window =
          Http2CodecUtil.DEFAULT_WINDOW_SIZE
              + fresh.everyFrame().stream()
                  .filter(frame -> frame.type() == Wire.WINDOW_UPDATE && frame.stream() == 0)
                  .mapToLong(frame -> frame.number(0))
                  .sum();

      assertThat(window).isGreaterThanOrEqualTo(1 << 20);
    }
  }

  private void head(int stream) {
    wire.write(wire.headersFrame(stream, "POST", false));
  }

  private List<String> completed() {
    return wire.completed;
  }

  @Test
  void a_later_body_waits_for_an_earlier_one_of_its_token_and_for_no_other() {
    head(1);
    head(3);
    head(11);
    wire.data(11, 2, true);
    assertThat(completed()).isEmpty();
    wire.data(3, 2, true);
    assertThat(completed()).containsExactly("/3/3");

    wire.data(1, 2, true);

    assertThat(completed()).containsExactly("/3/3", "/3/1", "/3/11");
  }

  @Test
  void whatever_order_bodies_come_in_each_token_has_its_own() {
    Random random = new Random(7);
    for (int round = 0; round < 20; round++) {
      int first = 1 + 300 * round;
      List<Integer> streams = new ArrayList<>();
      for (int stream = first; stream < first + 300; stream += 2) {
        head(stream);
        streams.add(stream);
      }
      Collections.shuffle(streams, random);
      completed().clear();
      streams.forEach(stream -> wire.data(stream, 2, true));

      assertThat(completed()).hasSize(150);
      for (int token = 1; token < 10; token += 2) {
        String of = Integer.toString(token);
        assertThat(completed().stream().filter(path -> path.endsWith(of)).map(OrderChannelTest::id))
            .isSorted();
      }
      wire.requests.forEach(
          received -> received.exchange.respond(Response.of(HttpResponseStatus.OK)));
      wire.run();
      wire.requests.clear();
      wire.frames();
    }
    assertThat(wire.memoryTaken()).isZero();
  }

  private static int id(String path) {
    return Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
  }

  @Test
  void one_that_is_taken_back_is_waited_for_no_longer() {
    head(1);
    head(11);
    head(21);
    wire.data(21, 2, true);
    wire.write(Wire.RST_STREAM, 0, 11, new byte[4]);
    assertThat(completed()).isEmpty();

    wire.write(Wire.RST_STREAM, 0, 1, new byte[4]);

    assertThat(completed()).containsExactly("/3/21");
  }

  @Test
  void one_that_waits_and_is_taken_back_leaves_the_others_in_order() {
    head(1);
    head(11);
    head(21);
    wire.data(11, 2, true);
    wire.data(21, 2, true);
    wire.write(Wire.RST_STREAM, 0, 11, new byte[4]);
    wire.data(1, 2, true);

    assertThat(completed()).containsExactly("/3/1", "/3/21");
  }

  @Test
  void one_that_never_ends_holds_up_the_others_of_its_token_for_its_own_time_at_most() {
    head(1);
    wire.pass(Wire.REQUEST_TIMEOUT.dividedBy(2));
    wire.request(11);
    wire.request(13);
    assertThat(completed()).containsExactly("/3/13");

    wire.pass(Wire.REQUEST_TIMEOUT.dividedBy(2).plusSeconds(1));

    assertThat(wire.requests.getFirst().told).containsExactly("body missing");
    assertThat(completed()).containsExactly("/3/13", "/3/11");
  }

  @Test
  void one_that_is_too_long_is_waited_for_until_it_is_answered() {
    head(1);
    wire.request(11);
    for (int i = 0; i < 5; i++) {
      wire.data(1, 16_000, false);
    }

    assertThat(wire.requests.getFirst().told).containsExactly("too large");
    assertThat(completed()).containsExactly("/3/11");
  }
}
