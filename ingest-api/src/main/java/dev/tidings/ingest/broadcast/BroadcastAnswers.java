package dev.tidings.ingest.broadcast;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.http.Problem;
import dev.tidings.http.Response;
import dev.tidings.ingest.json.JsonAnswer;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.NotificationId;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Answers about broadcasts. */
final class BroadcastAnswers {
  private static final AsciiString SOON = AsciiString.cached("1");

  private BroadcastAnswers() {}

  /** How far it has come. */
  static Response found(NotificationId id, BroadcastState found) {
    return JsonAnswer.ok(out -> write(out, id, found, found.state()));
  }

  /** The log has it that it is to stop; how far it had come before. */
  static Response stopping(NotificationId id, BroadcastState found) {
    return JsonAnswer.object(HttpResponseStatus.ACCEPTED, out -> write(out, id, found, "stopping"))
        .with(HttpHeaderNames.LOCATION, AsciiString.of(BroadcastOperations.PATH + id));
  }

  private static void write(
      JsonGenerator out, NotificationId id, BroadcastState found, String state) throws IOException {
    out.writeStringField("id", id.value());
    out.writeStringField("app", found.app());
    out.writeStringField("condition", found.condition());
    out.writeStringField("state", state);
    out.writeNumberField("sent", found.sent());
    out.writeNumberField("subscribers", found.subscribers());
    @Nullable Long total = found.total();
    if (total != null) {
      out.writeNumberField("total", total);
    }
    time(out, "startedAt", found.startedAt());
    time(out, "endedAt", found.endedAt());
    out.writeObjectFieldStart("partitions");
    out.writeNumberField("waiting", found.waiting());
    out.writeNumberField("running", found.running());
    out.writeNumberField("ended", found.ended());
    out.writeNumberField("rejected", found.rejected());
    out.writeNumberField("missing", found.missing());
    out.writeEndObject();
  }

  private static void time(JsonGenerator out, String name, @Nullable Long millis)
      throws IOException {
    if (millis != null) {
      out.writeStringField(name, Instant.ofEpochMilli(millis).toString());
    }
  }

  static Response noId(InvalidValueException why) {
    return Problem.of(HttpResponseStatus.BAD_REQUEST, String.valueOf(why.getMessage())).response();
  }

  static Response unknown(NotificationId id) {
    return Problem.of(
            HttpResponseStatus.NOT_FOUND,
            "id: %s (expected: that of a broadcast to an app of this credential)".formatted(id))
        .response();
  }

  static Response notNow(String why) {
    return Problem.of(HttpResponseStatus.SERVICE_UNAVAILABLE, why)
        .response(HttpHeaderNames.RETRY_AFTER, SOON);
  }
}
