package dev.tidings.ingest.apns.channel;

import dev.tidings.http.Response;
import dev.tidings.ingest.apns.push.PushResponses;
import dev.tidings.ingest.apns.request.RejectionReason;
import dev.tidings.ingest.channel.ChannelLog;
import dev.tidings.ingest.json.JsonAnswer;
import dev.tidings.schemas.topic.UniqueId;
import dev.tidings.schemas.value.ChannelId;
import dev.tidings.schemas.value.NotificationId;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.util.List;

/**
 * Answers to requests about channels, in Apple's words: {@code apns-request-id} always, otherwise
 * nothing with 201 and 204, and {@code {"reason":…}} with a refusal.
 */
final class ChannelAnswers {
  private static final AsciiString REQUEST_ID = AsciiString.cached("apns-request-id");
  private static final AsciiString CHANNEL_ID = AsciiString.cached("apns-channel-id");
  private static final AsciiString UNIQUE_ID = AsciiString.cached("apns-unique-id");
  private static final AsciiString SOON = AsciiString.cached("1");

  /** As it is written back. */
  private final AsciiString requestId;

  ChannelAnswers(String requestId) {
    this.requestId = new AsciiString(requestId);
  }

  private Response named(Response response) {
    return response.with(REQUEST_ID, requestId);
  }

  Response created(ChannelId id) {
    return named(Response.of(HttpResponseStatus.CREATED, CHANNEL_ID, new AsciiString(id.value())));
  }

  Response deleted() {
    return named(Response.of(HttpResponseStatus.NO_CONTENT));
  }

  Response read(boolean stores) {
    return named(
        JsonAnswer.ok(out -> {
          out.writeNumberField("message-storage-policy", stores ? 1 : 0);
          out.writeStringField("push-type", ChannelLog.LIVE_ACTIVITY);
        }));
  }

  Response all(List<String> ids) {
    return named(JsonAnswer.ok(out -> JsonAnswer.texts(out, "channels", ids)));
  }

  Response sent(NotificationId id) {
    return named(
        Response.of(
            HttpResponseStatus.OK, UNIQUE_ID, new AsciiString(UniqueId.of(id, null).toString())));
  }

  Response refused(RejectionReason reason) {
    Response refused =
        named(
            Response.of(
                HttpResponseStatus.valueOf(reason.status()),
                PushResponses.body(reason),
                HttpHeaderNames.CONTENT_TYPE,
                HttpHeaderValues.APPLICATION_JSON));
    return switch (reason) {
      case SERVICE_UNAVAILABLE, SHUTDOWN, TOO_MANY_REQUESTS -> later(refused, SOON);
      default -> refused;
    };
  }

  /** Returns the refusal of a method, with those that the path has. */
  Response refusedMethod(List<String> methods) {
    return refused(RejectionReason.METHOD_NOT_ALLOWED)
        .with(HttpHeaderNames.ALLOW, new AsciiString(String.join(", ", methods)));
  }

  /** Returns the refusal of a request that exceeds a limit. */
  Response tooMany(AsciiString[] fields) {
    Response refused =
        named(
            Response.of(
                HttpResponseStatus.TOO_MANY_REQUESTS,
                PushResponses.body(RejectionReason.TOO_MANY_REQUESTS),
                HttpHeaderNames.CONTENT_TYPE,
                HttpHeaderValues.APPLICATION_JSON));
    for (int i = 0; i < fields.length; i += 2) {
      refused = refused.with(fields[i], fields[i + 1]);
    }
    return refused;
  }

  /** Returns the refusal of a request that may come again after so many seconds. */
  Response tooFast(long seconds) {
    return tooMany(
        new AsciiString[] {
          HttpHeaderNames.RETRY_AFTER, new AsciiString(Long.toString(Math.max(1, seconds)))
        });
  }

  private static Response later(Response refused, AsciiString seconds) {
    return refused.with(HttpHeaderNames.RETRY_AFTER, seconds);
  }
}
