package dev.tidings.ingest.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.http.Connection;
import dev.tidings.http.Exchange;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.route.Router;
import dev.tidings.ingest.apns.push.ApnsErrors;
import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.token.TokenKeys;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GetTraceTest {
  private final List<Response> responses = new ArrayList<>();
  private final TraceTurns turns = new TraceTurns(1, 1, 1);
  private final GetTrace operation =
      new GetTrace(
          Optional::empty,
          turns,
          () -> {
            throw new AssertionError("no other node is asked");
          },
          new NodeSeal(TokenKeys.parse("1:000102030405060708090a0b0c0d0e0f")),
          Optional.empty());

  @AfterEach
  void close() {
    turns.close();
  }

  /** RFC 9110, section 15.5.6. */
  @Test
  void a_trace_is_read_and_whoever_tries_otherwise_is_told_how() {
    Router router = Router.builder(new ApnsErrors()).add(operation).build();

    router.serve(
        Request.of("DELETE", "/v1/notifications/x", List.of()),
        new Exchange() {
          @Override
          public void respond(Response response) {
            responses.add(response);
          }

          @Override
          public Connection connection() {
            throw new UnsupportedOperationException();
          }

          @Override
          public void goAway() {
            throw new UnsupportedOperationException();
          }
        });

    Response response = responses.getFirst();
    assertThat(response.status().code()).isEqualTo(405);
    assertThat(response.fields())
        .containsSequence(HttpHeaderNames.ALLOW, AsciiString.of("GET, HEAD"));
    assertThat(new String(response.body(), StandardCharsets.US_ASCII))
        .isEqualTo("{\"reason\":\"MethodNotAllowed\",\"message\":\"expected: GET\"}");
  }
}
