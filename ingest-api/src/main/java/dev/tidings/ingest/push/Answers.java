package dev.tidings.ingest.push;

import dev.tidings.ingest.http.Answer;
import dev.tidings.ingest.request.Outcome;
import dev.tidings.ingest.request.RejectionReason;
import dev.tidings.schemas.value.NotificationId;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/**
 * Puts an outcome into Apple's words: {@code apns-id} always, an empty body with 200, otherwise
 * {@code {"reason":…}}.
 */
final class Answers {
  private static final AsciiString APNS_ID = AsciiString.cached("apns-id");

  private Answers() {}

  static Answer of(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Accepted(NotificationId id) ->
          Answer.of(HttpResponseStatus.OK, APNS_ID, text(id));
      case Outcome.Rejected(NotificationId id, RejectionReason reason, OptionalLong since) ->
          Answer.of(
              HttpResponseStatus.valueOf(reason.status()),
              body(reason, since),
              HttpHeaderNames.CONTENT_TYPE,
              HttpHeaderValues.APPLICATION_JSON,
              APNS_ID,
              text(id));
      case Outcome.Overloaded(NotificationId id, RejectionReason reason, int retryAfter) ->
          Answer.of(
              HttpResponseStatus.valueOf(reason.status()),
              body(reason, OptionalLong.empty()),
              HttpHeaderNames.CONTENT_TYPE,
              HttpHeaderValues.APPLICATION_JSON,
              APNS_ID,
              text(id),
              HttpHeaderNames.RETRY_AFTER,
              AsciiString.of(Integer.toString(retryAfter)));
    };
  }

  private static AsciiString text(NotificationId id) {
    return new AsciiString(id.value());
  }

  private static byte[] body(RejectionReason reason, OptionalLong since) {
    String timestamp = since.isPresent() ? ",\"timestamp\":" + since.getAsLong() : "";
    return ("{\"reason\":\"" + reason.text() + "\"" + timestamp + "}")
        .getBytes(StandardCharsets.US_ASCII);
  }
}
