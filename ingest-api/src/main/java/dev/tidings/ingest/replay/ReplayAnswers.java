package dev.tidings.ingest.replay;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.http.Problem;
import dev.tidings.http.Response;
import dev.tidings.ingest.json.JsonAnswer;
import dev.tidings.ingest.limit.LimitFields;
import dev.tidings.ingest.replay.ReplayDesk.Refusal;
import dev.tidings.schemas.avro.ReplayOrder;
import dev.tidings.schemas.value.InvalidValueException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers about replays. */
final class ReplayAnswers {
  static final String PATH = "/v1/replays/";
  private static final AsciiString SOON = AsciiString.cached("1");
  private static final long SECOND_NANOS = 1_000_000_000L;

  private ReplayAnswers() {}

  /** How far it is. */
  static Response found(ReplayState found) {
    return JsonAnswer.ok(out -> write(out, found));
  }

  /** The log has it; where it is told how far it is. */
  static Response accepted(ReplayState found) {
    return JsonAnswer.object(HttpResponseStatus.ACCEPTED, out -> write(out, found))
        .with(HttpHeaderNames.LOCATION, AsciiString.of(PATH + found.id()));
  }

  private static void write(JsonGenerator out, ReplayState found) throws IOException {
    ReplayOrder order = found.order();
    out.writeStringField("id", found.id());
    if (order.getDevice() != null) {
      out.writeStringField("device", order.getDevice());
    }
    JsonAnswer.texts(out, "apps", order.getApps());
    time(out, "from", order.getSince());
    time(out, "to", order.getUntil());
    out.writeBooleanField("dryRun", order.getDryRun());
    out.writeNumberField("rate", order.getRate());
    out.writeStringField("state", found.state());
    if (order.getDryRun()) {
      out.writeNumberField("count", found.found());
      out.writeNumberField("devices", found.devices());
    } else {
      out.writeNumberField("sent", found.sent());
    }
    out.writeNumberField("away", found.away());
    out.writeNumberField("leftOut", found.leftOut());
    out.writeBooleanField("cut", found.cut());
    time(out, "requestedAt", order.getRequestedAt());
    time(out, "startedAt", found.startedAt());
    time(out, "endedAt", found.endedAt());
    out.writeObjectFieldStart("partitions");
    out.writeNumberField("all", order.getPartitions());
    out.writeNumberField("ended", found.partitions());
    out.writeEndObject();
  }

  private static void time(JsonGenerator out, String name, @Nullable Long millis)
      throws IOException {
    if (millis != null) {
      out.writeStringField(name, Instant.ofEpochMilli(millis).toString());
    }
  }

  static Response invalid(InvalidValueException why) {
    return Problem.of(HttpResponseStatus.BAD_REQUEST, String.valueOf(why.getMessage())).response();
  }

  static Response tooLarge() {
    return Problem.of(
            HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
            "body: longer (expected: at most %d bytes)".formatted(ReplayBody.MOST_BYTES))
        .response();
  }

  static Response notJson() {
    return Problem.of(
            HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE,
            "content-type: something else (expected: application/json)")
        .response(HttpHeaderNames.ACCEPT, AsciiString.cached("application/json"));
  }

  static Response notYours(String app) {
    return Problem.of(
            HttpResponseStatus.FORBIDDEN,
            "app: %s (expected: an app of this credential)".formatted(app))
        .response();
  }

  static Response unknown() {
    return Problem.of(
            HttpResponseStatus.NOT_FOUND,
            "no such replay (expected: the id of one of this credential's team)")
        .response();
  }

  static Response refused(Refusal refusal) {
    return switch (refusal) {
      case Refusal.TooMany(String limit, int most) ->
          tooMany(limit, "limit: %d replays under way (expected: later)".formatted(most), 10);
      case Refusal.TooFast(String limit, int most, long nanos) ->
          tooMany(
              limit,
              "limit: %d replays a minute".formatted(most),
              Math.ceilDiv(nanos, SECOND_NANOS));
    };
  }

  private static Response tooMany(String limit, String detail, long seconds) {
    HttpResponseStatus status = HttpResponseStatus.TOO_MANY_REQUESTS;
    return new Problem(status, null, status.reasonPhrase(), detail, Map.of("limit", limit))
        .response(LimitFields.of(limit, seconds));
  }

  static Response notNow(String why) {
    return Problem.of(HttpResponseStatus.SERVICE_UNAVAILABLE, why)
        .response(HttpHeaderNames.RETRY_AFTER, SOON);
  }

  static Response failed() {
    return Problem.of(HttpResponseStatus.INTERNAL_SERVER_ERROR, "see this node's log").response();
  }
}
