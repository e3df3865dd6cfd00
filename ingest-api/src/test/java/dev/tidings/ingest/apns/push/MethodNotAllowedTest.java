package dev.tidings.ingest.apns.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.http.BodyReader;
import dev.tidings.http.Connection;
import dev.tidings.http.Exchange;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.Router;
import dev.tidings.ingest.apns.request.Outcome;
import dev.tidings.ingest.apns.request.RejectionReason;
import dev.tidings.ingest.trace.TraceService;
import dev.tidings.schemas.value.NotificationId;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** RFC 9110, section 15.5.6: whoever is told that a method is not allowed is told which are. */
class MethodNotAllowedTest {
  private final List<Response> responses = new ArrayList<>();

  private static String allowed(Response response) {
    AsciiString[] fields = response.fields();
    for (int i = 0; i < fields.length; i += 2) {
      if (fields[i].equals(HttpHeaderNames.ALLOW)) {
        return fields[i + 1].toString();
      }
    }
    return "";
  }

  @Test
  void a_notification_is_posted() {
    Response response =
        PushResponses.of(
            new Outcome.Rejected(NotificationId.random(), RejectionReason.METHOD_NOT_ALLOWED));

    assertThat(response.status().code()).isEqualTo(405);
    assertThat(allowed(response)).isEqualTo("POST");
  }

  @Test
  void a_trace_is_read() {
    Router router =
        Router.builder(new ApnsErrors())
            .route("GET", TraceService.PATH, (request, exchange) -> BodyReader.DROPPED)
            .build();

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
    assertThat(allowed(response)).isEqualTo("GET, HEAD");
    assertThat(new String(response.body(), StandardCharsets.US_ASCII))
        .isEqualTo("{\"reason\":\"MethodNotAllowed\",\"message\":\"expected: GET\"}");
  }
}
