package dev.tidings.bench.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.bench.measure.Phase;
import dev.tidings.bench.measure.Stamp;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against Netty's own HTTP/2. */
class PushConnectionChannelTest {
  private static final String TOKEN = "ab".repeat(32);
  private static final int PAYLOAD = 100;

  /** As long as a real one. */
  private static final String AUTHORIZATION = "bearer " + "x".repeat(250);

  private final SendLog sendLog = new SendLog();
  private final PushConnection connection =
      new PushConnection(
          new RequestTemplate("localhost:8080", "com.example.bench", Optional.of(AUTHORIZATION)),
          sendLog,
          PAYLOAD,
          () -> {});
  private final EmbeddedChannel server =
      new EmbeddedChannel(
          Http2FrameCodecBuilder.forServer()
              .initialSettings(Http2Settings.defaultSettings().maxConcurrentStreams(3))
              .build());
  private final EmbeddedChannel client = new EmbeddedChannel(connection);

  @AfterEach
  void close() {
    client.finishAndReleaseAll();
    server.finishAndReleaseAll();
  }

  @Test
  void requests_are_what_a_client_of_apns_sends_the_first_one_and_those_behind_it() {
    exchange();
    for (int i = 0; i < 3; i++) {
      connection.send(7, i, TOKEN.getBytes(StandardCharsets.US_ASCII), 1_000 + i);
    }
    connection.flush();
    exchange();

    List<Http2HeadersFrame> requests = received(Http2HeadersFrame.class);
    assertThat(requests).hasSize(3);
    for (Http2HeadersFrame request : requests) {
      assertThat(request.headers().method()).hasToString("POST");
      assertThat(request.headers().scheme()).hasToString("http");
      assertThat(request.headers().authority()).hasToString("localhost:8080");
      assertThat(request.headers().path()).hasToString("/3/device/" + TOKEN);
      assertThat(request.headers().get("apns-topic")).hasToString("com.example.bench");
      assertThat(request.headers().get("apns-push-type")).hasToString("alert");
      assertThat(request.headers().get("apns-priority")).hasToString("10");
      assertThat(request.headers().get("authorization")).hasToString(AUTHORIZATION);
    }
  }

  @Test
  void no_more_requests_are_open_than_the_server_allows() {
    exchange();
    for (int i = 0; i < 3; i++) {
      assertThat(connection.canSend()).isTrue();
      connection.send(0, i, TOKEN.getBytes(StandardCharsets.US_ASCII), 0);
    }
    assertThat(connection.canSend()).isFalse();
    connection.flush();
    exchange();

    answer(received(Http2HeadersFrame.class).getFirst(), "200", "");
    exchange();

    assertThat(connection.canSend()).isTrue();
    assertThat(connection.unanswered()).isEqualTo(2);
  }

  @Test
  void an_answer_of_200_is_an_acceptance_and_any_other_a_refusal_with_its_reason() {
    long now = System.nanoTime();
    sendLog.phase(new Phase(now - 1_000_000_000L, now + 1_000_000_000L));
    exchange();
    connection.send(3, 0, TOKEN.getBytes(StandardCharsets.US_ASCII), now);
    connection.send(4, 5, TOKEN.getBytes(StandardCharsets.US_ASCII), now);
    connection.flush();
    exchange();
    List<Http2HeadersFrame> requests = received(Http2HeadersFrame.class);

    answer(requests.get(0), "200", "");
    answer(requests.get(1), "410", "{\"reason\":\"Unregistered\"}");
    exchange();

    assertThat(sendLog.acceptedSoFar()).isEqualTo(1);
    assertThat(sendLog.latencies().count()).isEqualTo(1);
    assertThat(sendLog.refusedSoFar()).isEqualTo(1);
    assertThat(sendLog.reasons()).containsKey("{\"reason\":\"Unregistered\"}");
    assertThat(sendLog.isRefused(4, 5)).isTrue();
    assertThat(connection.unanswered()).isZero();
  }

  @Test
  void answers_that_come_in_pieces_are_put_together() {
    exchange();
    connection.send(3, 0, TOKEN.getBytes(StandardCharsets.US_ASCII), 0);
    connection.flush();
    exchange();
    answer(received(Http2HeadersFrame.class).getFirst(), "200", "");

    for (ByteBuf out = server.readOutbound(); out != null; out = server.readOutbound()) {
      while (out.isReadable()) {
        client.writeInbound(out.readRetainedSlice(1));
      }
      out.release();
    }

    assertThat(sendLog.acceptedSoFar()).isEqualTo(1);
  }

  @Test
  void what_is_open_when_the_connection_ends_is_refused() {
    exchange();
    connection.send(3, 9, TOKEN.getBytes(StandardCharsets.US_ASCII), 0);
    connection.flush();

    client.close();

    assertThat(sendLog.isRefused(3, 9)).isTrue();
  }

  private void answer(Http2HeadersFrame request, String status, String body) {
    var headers = new DefaultHttp2Headers().status(status).set("apns-id", "1");
    server.writeOutbound(
        new DefaultHttp2HeadersFrame(headers, body.isEmpty()).stream(request.stream()));
    if (!body.isEmpty()) {
      server.writeOutbound(
          new DefaultHttp2DataFrame(Unpooled.copiedBuffer(body, StandardCharsets.UTF_8), true)
              .stream(request.stream()));
    }
  }

  private <T> List<T> received(Class<T> type) {
    var all = new ArrayList<T>();
    for (Object in = server.readInbound(); in != null; in = server.readInbound()) {
      if (type.isInstance(in)) {
        all.add(type.cast(in));
      }
      if (in instanceof Http2DataFrame data) {
        assertThat(data.content().readableBytes()).isEqualTo(PAYLOAD);
        assertThat(Stamp.device(data.content(), 0)).isBetween(0, 7);
      }
      ReferenceCountUtil.release(in);
    }
    return all;
  }

  /** Carries bytes to and fro until nobody says anything more. */
  private void exchange() {
    while (move(client, server) || move(server, client)) {
      // On it goes.
    }
  }

  private static boolean move(EmbeddedChannel from, EmbeddedChannel to) {
    boolean moved = false;
    for (ByteBuf out = from.readOutbound(); out != null; out = from.readOutbound()) {
      to.writeInbound(out);
      moved = true;
    }
    return moved;
  }
}
