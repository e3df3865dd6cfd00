package dev.tidings.ingest.erase;

import dev.tidings.http.Problem;
import dev.tidings.http.Response;
import dev.tidings.ingest.erase.DeviceErasures.Known;
import dev.tidings.ingest.json.JsonAnswer;
import dev.tidings.schemas.avro.Erasure;
import dev.tidings.schemas.avro.ErasureState;
import dev.tidings.schemas.avro.ErasureStep;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Answers about erasures. */
public final class ErasureAnswers {
  private static final AsciiString SOON = AsciiString.cached("1");

  private ErasureAnswers() {}

  /**
   * It is in the log.
   *
   * @param path where it is told what has become of it
   */
  public static Response accepted(String id, String path) {
    return JsonAnswer.object(
            HttpResponseStatus.ACCEPTED,
            out -> {
              out.writeStringField("id", id);
              out.writeStringField("state", "requested");
            })
        .with(HttpHeaderNames.LOCATION, AsciiString.of(path));
  }

  /** It is not known, and may have been requested nevertheless. */
  public static Response notYet() {
    return Problem.of(HttpResponseStatus.SERVICE_UNAVAILABLE, "not known here yet: ask again")
        .response(HttpHeaderNames.RETRY_AFTER, SOON);
  }

  /** What has become of it. */
  public static Response found(Known known) {
    Erasure erasure = known.erasure();
    return JsonAnswer.object(
        HttpResponseStatus.OK,
        out -> {
          out.writeStringField("id", known.id());
          out.writeStringField("device", known.device().value());
          JsonAnswer.texts(out, "apps", erasure.getApps());
          out.writeStringField("state", erasure.getState().name().toLowerCase(Locale.ROOT));
          out.writeStringField("requestedAt", time(erasure.getRequestedAt()));
          List<ErasureStep> steps = erasure.getSteps();
          if (erasure.getState() == ErasureState.DONE && !steps.isEmpty()) {
            out.writeStringField("doneAt", time(steps.getLast().getAt()));
          }
          out.writeArrayFieldStart("steps");
          for (ErasureStep step : steps) {
            out.writeStartObject();
            out.writeStringField("step", step.getName());
            out.writeStringField("at", time(step.getAt()));
            out.writeStringField("where", step.getWhere());
            out.writeNumberField("count", step.getCount());
            out.writeEndObject();
          }
          out.writeEndArray();
        });
  }

  private static String time(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }
}
