package dev.tidings.ingest.erase;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.http.Problem;
import dev.tidings.http.Response;
import dev.tidings.ingest.erase.Erasures.Known;
import dev.tidings.schemas.avro.Erasure;
import dev.tidings.schemas.avro.ErasureState;
import dev.tidings.schemas.avro.ErasureStep;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Answers about erasures, as JSON in ASCII: a device's name is shown in terminals. */
public final class ErasureAnswers {
  private static final AsciiString SOON = AsciiString.cached("1");
  private static final int LAST_PRINTABLE = 0x7e;
  private static final JsonFactory JSON =
      new JsonFactoryBuilder().highestNonEscapedChar(LAST_PRINTABLE).build();

  private ErasureAnswers() {}

  private interface Members {
    void write(JsonGenerator out) throws IOException;
  }

  /**
   * It is in the log.
   *
   * @param path where it is told what has become of it
   */
  public static Response accepted(String id, String path) {
    return object(
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
    return object(
        HttpResponseStatus.OK,
        out -> {
          out.writeStringField("id", known.id());
          out.writeStringField("device", known.device().value());
          writeApps(out, erasure.getApps());
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

  private static void writeApps(JsonGenerator out, @Nullable List<String> apps) throws IOException {
    if (apps == null) {
      out.writeNullField("apps");
      return;
    }
    out.writeArrayFieldStart("apps");
    for (String app : apps) {
      out.writeString(app);
    }
    out.writeEndArray();
  }

  private static String time(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }

  private static Response object(HttpResponseStatus status, Members members) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      out.writeStartObject();
      members.write(out);
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Response.of(
        status,
        bytes.toByteArray(),
        HttpHeaderNames.CONTENT_TYPE,
        HttpHeaderValues.APPLICATION_JSON);
  }
}
