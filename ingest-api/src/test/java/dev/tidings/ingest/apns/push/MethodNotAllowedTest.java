package dev.tidings.ingest.apns.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.http.Response;
import dev.tidings.ingest.apns.request.Outcome;
import dev.tidings.ingest.apns.request.RejectionReason;
import dev.tidings.schemas.value.NotificationId;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.AsciiString;
import org.junit.jupiter.api.Test;

/** RFC 9110, section 15.5.6: whoever is told that a method is not allowed is told which are. */
class MethodNotAllowedTest {
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
}
