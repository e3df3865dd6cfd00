package dev.tidings.ingest.server;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import dev.tidings.ingest.request.Outcome;
import dev.tidings.ingest.request.RejectionReason;
import dev.tidings.schemas.value.NotificationId;
import io.netty.util.AsciiString;
import java.util.OptionalLong;

/**
 * Puts an outcome into Apple's words: {@code apns-id} always, an empty body with 200, otherwise
 * {@code {"reason":…}}.
 */
final class Answers {
  static final AsciiString APNS_ID = AsciiString.cached("apns-id");

  private Answers() {}

  static HttpResponse of(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Accepted(NotificationId id) ->
          HttpResponse.of(
              ResponseHeaders.builder(HttpStatus.OK)
                  .add(APNS_ID, id.value())
                  .endOfStream(true)
                  .build());
      case Outcome.Rejected(NotificationId id, RejectionReason reason, OptionalLong since) ->
          HttpResponse.of(headers(id, reason).build(), body(reason, since));
      case Outcome.Overloaded(NotificationId id, RejectionReason reason, int retryAfter) ->
          HttpResponse.of(
              headers(id, reason)
                  .add(HttpHeaderNames.RETRY_AFTER, Integer.toString(retryAfter))
                  .build(),
              body(reason, OptionalLong.empty()));
    };
  }

  static ResponseHeadersBuilder headers(NotificationId id, RejectionReason reason) {
    return ResponseHeaders.builder(HttpStatus.valueOf(reason.status()))
        .contentType(MediaType.JSON)
        .add(APNS_ID, id.value());
  }

  static HttpData body(RejectionReason reason, OptionalLong since) {
    String timestamp = since.isPresent() ? ",\"timestamp\":" + since.getAsLong() : "";
    return HttpData.ofAscii("{\"reason\":\"" + reason.text() + "\"" + timestamp + "}");
  }
}
