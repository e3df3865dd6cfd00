package dev.tidings.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tidings.http.BodyWriter;
import dev.tidings.http.Response;
import dev.tidings.http.ResponseSource;
import dev.tidings.http.StreamingResponse;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.flow.FlowControlHandler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Shows G7 and G10 of docs/guarantees.md. */
class Http1SessionChannelTest {
  private static final String GET = "GET /a?b=c HTTP/1.1\r\nhost: x\r\n\r\n";
  private static final String BODY = "POST /a HTTP/1.1\r\nhost: x\r\ncontent-length: ";
  private static final Duration SECOND = Duration.ofSeconds(1);

  private static final ResponseSource ENDLESS =
      new ResponseSource() {
        @Override
        public void produce(BodyWriter out) {
          out.write("event".getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public void cancelled() {
          // It has nothing.
        }

        @Override
        public boolean isEndless() {
          return true;
        }
      };

  private final Wire wire = new Wire();

  @AfterEach
  void close() {
    wire.close();
  }

  private void answer(int request) {
    wire.requests
        .get(request)
        .exchange
        .respond(
            Response.of(
                HttpResponseStatus.OK, ("answer " + request).getBytes(StandardCharsets.US_ASCII)));
    wire.run();
  }

  @Test
  void requests_are_taken_and_answered_one_after_the_other() {
    wire.write(GET + GET);
    assertThat(wire.requests).hasSize(1);
    assertThat(wire.requests.getFirst().path).isEqualTo("/a");

    answer(0);
    assertThat(wire.text()).startsWith("HTTP/1.1 200 OK").endsWith("answer 0");
    assertThat(wire.requests).hasSize(2);

    answer(1);
    assertThat(wire.text()).doesNotContain("connection: close").endsWith("answer 1");
    assertThat(wire.channel.isActive()).isTrue();
  }

  @Test
  void all_that_a_client_has_asked_before_the_end_of_its_side_is_answered() {
    wire.write(GET + GET + "GET /half");
    wire.channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    wire.run();
    assertThat(wire.channel.isActive()).isTrue();

    answer(0);
    assertThat(wire.text()).doesNotContain("connection: close").endsWith("answer 0");
    assertThat(wire.requests).hasSize(2);
    answer(1);
    assertThat(wire.text()).endsWith("answer 1");
    assertThat(wire.requests).hasSize(2);
    assertThat(wire.channel.isActive()).isFalse();
  }

  @Test
  void an_answer_that_goes_on_and_on_ends_with_the_client() {
    wire.write(GET);
    wire.requests.getFirst().exchange.respond(StreamingResponse.of(HttpResponseStatus.OK, ENDLESS));
    wire.run();
    assertThat(wire.text()).contains("event");
    assertThat(wire.channel.isActive()).isTrue();

    wire.channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    wire.run();
    assertThat(wire.channel.isActive()).isFalse();
  }

  @Test
  void what_is_no_request_is_answered_and_its_connection_closed() {
    wire.write("nonsense\r\n\r\n");

    assertThat(wire.text()).startsWith("HTTP/1.1 400").contains("connection: close");
    assertThat(wire.channel.isActive()).isFalse();
    assertThat(wire.requests).isEmpty();
  }

  @Test
  void a_length_that_is_none_is_told_so_and_the_service_that_it_was_for_nothing() {
    wire.write("POST /a HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n");

    assertThat(wire.text()).startsWith("HTTP/1.1 400");
    assertThat(wire.requests.getFirst().told).containsExactly("aborted");
    assertThat(wire.channel.isActive()).isFalse();
  }

  @Test
  void a_body_that_is_much_too_long_is_answered_in_the_midst_and_closed_at_its_end() {
    wire.write(BODY + "70001\r\n\r\n");
    wire.write(new byte[70_000]);
    assertThat(wire.text()).startsWith("HTTP/1.1 413").contains("connection: close");
    assertThat(wire.channel.isActive()).isTrue();

    wire.write(new byte[1]);

    assertThat(wire.channel.isActive()).isFalse();
  }

  @Test
  void a_body_that_does_not_come_is_told_so_and_closed_later() {
    wire.write(BODY + "10\r\n\r\n");
    wire.pass(Wire.REQUEST_TIMEOUT.plus(SECOND));
    assertThat(wire.requests.getFirst().told).containsExactly("body missing");
    assertThat(wire.text()).startsWith("HTTP/1.1 500").contains("connection: close");

    wire.pass(Wire.REQUEST_TIMEOUT.plus(SECOND));

    assertThat(wire.channel.isActive()).isFalse();
  }

  @Test
  void a_client_that_waits_to_be_told_to_go_on_is_told() {
    wire.write(BODY + "2\r\nexpect: 100-continue\r\n\r\n");
    assertThat(wire.text()).startsWith("HTTP/1.1 100");

    wire.write("{}");
    assertThat(wire.requests.getFirst().told).containsExactly("complete 2");
  }

  @Test
  void a_server_that_stops_closes_after_the_response_or_when_there_is_none_to_give() {
    wire.write(GET);
    wire.loop.leave();
    wire.pass(SECOND);
    assertThat(wire.channel.isActive()).isTrue();

    answer(0);

    assertThat(wire.text()).contains("connection: close");
    assertThat(wire.channel.isActive()).isFalse();
  }

  @Test
  void a_connection_without_requests_is_closed_in_the_end() {
    wire.write(GET);
    answer(0);
    wire.pass(Wire.IDLE_TIMEOUT.minus(SECOND));
    assertThat(wire.channel.isActive()).isTrue();

    wire.pass(SECOND.plus(SECOND));

    assertThat(wire.channel.isActive()).isFalse();
  }

  @Test
  void a_client_may_go_over_to_http_2_and_its_first_request_goes_with_it() {
    wire.write(
        "POST /a HTTP/1.1\r\nhost: x\r\nconnection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\n"
            + "http2-settings: AAMAAABkAAQAAP__\r\ncontent-length: 0\r\n\r\n");
    assertThat(wire.text()).startsWith("HTTP/1.1 101 Switching Protocols");
    assertThat(wire.requests.getFirst().told).containsExactly("complete 0");
    wire.hello();

    answer(0);

    assertThat(wire.frames())
        .extracting(Wire.Frame::type, Wire.Frame::stream)
        .contains(tuple(Wire.HEADERS, 1), tuple(Wire.DATA, 1));
  }

  @Test
  void what_comes_behind_a_request_stays_bytes_until_that_is_answered() {
    wire.write(GET.substring(0, 1));
    AtomicInteger decoded = new AtomicInteger();
    ChannelPipeline pipeline = wire.channel.pipeline();
    pipeline.addBefore(
        pipeline.context(FlowControlHandler.class).name(),
        "count",
        new ChannelInboundHandlerAdapter() {
          @Override
          public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof HttpRequest) {
              decoded.incrementAndGet();
            }
            ctx.fireChannelRead(message);
          }
        });

    wire.write(GET.repeat(500).substring(1));
    assertThat(decoded).hasValue(1);

    for (int i = 0; i < 500; i++) {
      assertThat(wire.requests).hasSize(i + 1);
      answer(i);
    }
    assertThat(wire.text()).endsWith("answer 499");
    assertThat(wire.channel.isActive()).isTrue();
  }

  @Test
  void a_client_that_takes_no_answer_is_closed_when_its_time_is_over() {
    wire.readNothing();
    wire.write(GET);
    answer(0);
    wire.pass(Wire.REQUEST_TIMEOUT.minus(SECOND));
    assertThat(wire.channel.isActive()).isTrue();

    wire.pass(SECOND.multipliedBy(3));

    assertThat(wire.channel.isActive()).isFalse();
  }

  @Test
  void so_is_one_that_does_not_take_that_its_request_was_none() {
    wire.readNothing();
    wire.write("nonsense\r\n\r\n");

    wire.pass(Wire.REQUEST_TIMEOUT.plus(SECOND.multipliedBy(2)));

    assertThat(wire.channel.isActive()).isFalse();
  }
}
