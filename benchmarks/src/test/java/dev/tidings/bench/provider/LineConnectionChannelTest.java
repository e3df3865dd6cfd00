package dev.tidings.bench.provider;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tidings.bench.measure.Phase;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LineConnectionChannelTest {
  private static final String TOKEN = "ab".repeat(32);

  private final SendLog sendLog = new SendLog();
  private final LineConnection connection =
      new LineConnection(
          "localhost:8080",
          "com.example.bench",
          Optional.of("bearer the-token"),
          100,
          sendLog,
          () -> {});
  private final EmbeddedChannel client = new EmbeddedChannel(new HttpClientCodec(), connection);

  @AfterEach
  void close() {
    client.finishAndReleaseAll();
  }

  @Test
  void each_notification_is_a_line_of_one_request() throws Exception {
    connection.send(7, 0, TOKEN.getBytes(US_ASCII), 1_000);
    connection.send(7, 1, TOKEN.getBytes(US_ASCII), 1_001);
    connection.flush();

    String sent = sent();
    assertThat(sent)
        .startsWith("POST /v1/notifications HTTP/1.1\r\n")
        .contains("content-type: application/x-ndjson\r\n", "transfer-encoding: chunked\r\n");
    List<String> lines = sent.lines().filter(line -> line.startsWith("{")).toList();
    assertThat(lines).hasSize(2);
    JsonNode line = JsonMapper.builder().build().readTree(lines.getFirst());
    assertThat(line.path("target").path("token").asText()).isEqualTo(TOKEN);
    assertThat(line.path("app").asText()).isEqualTo("com.example.bench");
    assertThat(line.path("payload").path("b").asText()).startsWith("00000007" + "00000000");
  }

  @Test
  void answers_are_counted_wherever_they_are_cut() {
    sendLog.phase(new Phase(0, Long.MAX_VALUE));
    for (int i = 0; i < 3; i++) {
      connection.send(7, i, TOKEN.getBytes(US_ASCII), i);
    }
    connection.flush();

    answer("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
    answer(chunk("{\"line\":1,\"status\":202,\"id\":\"a\"}\n{\"line\":2,\"sta"));
    answer(chunk("tus\":429,\"problem\":{\"status\":202}}\n"));

    assertThat(sendLog.acceptedSoFar()).isEqualTo(1);
    assertThat(sendLog.refusedSoFar()).isEqualTo(1);
    assertThat(sendLog.isRefused(7, 1)).isTrue();
    assertThat(connection.unanswered()).isEqualTo(1);
  }

  @Test
  void the_request_begins_with_the_first_line_and_proves_who_sends() {
    assertThat(sent()).isEmpty();

    connection.send(7, 0, TOKEN.getBytes(US_ASCII), 1);
    connection.flush();
    assertThat(sent()).startsWith("POST ").contains("authorization: bearer the-token\r\n");

    connection.send(7, 1, TOKEN.getBytes(US_ASCII), 2);
    connection.flush();
    assertThat(sent()).doesNotContain("POST ").contains("\"target\"");
  }

  @Test
  void lines_that_are_refused_for_the_same_reason_are_counted_together() {
    for (int i = 0; i < 3; i++) {
      connection.send(7, i, TOKEN.getBytes(US_ASCII), i);
    }
    connection.flush();

    answer("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
    String problem =
        "\"problem\":{\"title\":\"Too Many Requests\",\"detail\":\"slower\",\"retryAfter\":";
    answer(chunk("{\"line\":1,\"status\":429,\"id\":\"a\"," + problem + "1}}\n"));
    answer(chunk("{\"line\":2,\"status\":429,\"id\":\"b\"," + problem + "2}}\n"));
    answer(chunk("nonsense\n"));

    assertThat(sendLog.reasons())
        .isEqualTo(Map.of("429 Too Many Requests: slower", 2L, "an answer that is no JSON", 1L));
  }

  @Test
  void what_has_no_answer_when_the_connection_ends_is_refused() {
    connection.send(7, 0, TOKEN.getBytes(US_ASCII), 1);
    connection.flush();

    client.close();

    assertThat(sendLog.isRefused(7, 0)).isTrue();
    assertThat(connection.unanswered()).isZero();
  }

  private static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }

  private void answer(String bytes) {
    client.writeInbound(Unpooled.copiedBuffer(bytes, US_ASCII));
  }

  private String sent() {
    var all = new StringBuilder();
    for (ByteBuf each = client.readOutbound(); each != null; each = client.readOutbound()) {
      all.append(each.toString(US_ASCII));
      each.release();
    }
    return all.toString();
  }
}
