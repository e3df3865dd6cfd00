package dev.tidings.ingest.trace;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.value.NotificationId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes a trace for those who asked. Thread-safe. */
public final class TraceJson {
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final JsonFactory json = new JsonFactory();

  /** What is written into the object. */
  @FunctionalInterface
  private interface Fields {
    void write(JsonGenerator out) throws IOException;
  }

  /**
   * {@code {"id":…,"outcome":…,"device":…,"app":…,"steps":[…]}}, with where it waits if it does.
   */
  public byte[] receipted(Receipt receipt) {
    return object(out -> {
      out.writeStringField("id", receipt.getId());
      out.writeStringField("outcome", lower(receipt.getOutcome()));
      writeOptional(out, "device", receipt.getDevice());
      writeOptional(out, "app", receipt.getApp());
      writeSteps(out, receipt.getSteps());
      if (receipt.getOutcome() == Outcome.PENDING && !receipt.getSteps().isEmpty()) {
        out.writeObjectFieldStart("location");
        out.writeStringField("inbox", receipt.getSteps().getLast().getWhere());
        out.writeEndObject();
      }
    });
  }

  /** The same, with the record of the log it waits in. */
  public byte[] underway(NotificationId id, Trace.Underway trace) {
    return object(out -> {
      out.writeStringField("id", id.value());
      out.writeStringField("outcome", lower(trace.stage()));
      writeOptional(out, "device", trace.device());
      out.writeStringField("app", trace.app());
      writeSteps(out, trace.steps());
      out.writeObjectFieldStart("location");
      out.writeStringField("topic", trace.location().topic());
      out.writeNumberField("partition", trace.location().partition());
      out.writeNumberField("offset", trace.location().offset());
      out.writeEndObject();
    });
  }

  /** {@code {"reason":"NotFound",…}}, with how thoroughly was looked. */
  public byte[] unknown(NotificationId id, Trace.Unknown trace) {
    return object(out -> {
      out.writeStringField("reason", "NotFound");
      out.writeStringField("id", id.value());
      out.writeObjectFieldStart("search");
      out.writeNumberField("records", trace.records());
      out.writeBooleanField("complete", trace.complete());
      if (!trace.complete()) {
        out.writeStringField(
            "note", "The search was cut short; the notification may be waiting in the log.");
      }
      out.writeEndObject();
    });
  }

  /** {@code {"reason":…,"message":…}}. */
  public byte[] problem(String reason, String message) {
    return object(out -> {
      out.writeStringField("reason", reason);
      out.writeStringField("message", message);
    });
  }

  private static void writeSteps(JsonGenerator out, List<Step> steps) throws IOException {
    out.writeArrayFieldStart("steps");
    for (Step step : steps) {
      out.writeStartObject();
      out.writeStringField("step", lower(step.getName()));
      out.writeStringField("at", MILLIS.format(Instant.ofEpochMilli(step.getAt())));
      out.writeNumberField("atMillis", step.getAt());
      out.writeStringField("where", step.getWhere());
      writeOptional(out, "why", step.getWhy());
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static void writeOptional(JsonGenerator out, String name, @Nullable String value)
      throws IOException {
    if (value != null) {
      out.writeStringField(name, value);
    }
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private byte[] object(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator out = json.createGenerator(bytes)) {
      out.writeStartObject();
      fields.write(out);
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
