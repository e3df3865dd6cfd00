package dev.tidings.ingest.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.ingest.trace.TraceResult;
import dev.tidings.ingest.trace.TraceResult.Account;
import dev.tidings.ingest.trace.TraceResult.Receipted;
import dev.tidings.ingest.trace.TraceResult.Underway;
import dev.tidings.ingest.trace.TraceResult.Unreadable;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.topic.UniqueId;
import dev.tidings.schemas.value.InvalidValueException;
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

/** Writes traces as JSON. Thread-safe. */
public final class TraceJson {
  private static final int LAST_ASCII = 127;
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  // Text from outside is shown in terminals, so control characters, characters that change the
  // writing direction, and unpaired surrogates are escaped.
  private final JsonFactory json =
      new JsonFactoryBuilder()
          .characterEscapes(new PlainAscii())
          .highestNonEscapedChar(LAST_ASCII)
          .build();

  /** Writes the content of an object. */
  @FunctionalInterface
  private interface Fields {
    void write(JsonGenerator out) throws IOException;
  }

  /**
   * {@code {"id":…,"uniqueId":…,"outcome":…,"device":…,"app":…,"category":…,"steps":[…]}}, and its
   * position in the log while it waits there; if the id was used for several tokens, the others are
   * in {@code "others"} in the same form, and the path of the next page, if any, in {@code "next"}.
   */
  public byte[] found(NotificationId asked, TraceResult.Found trace) {
    return object(out -> {
      write(out, trace.accounts().getFirst());
      if (trace.accounts().size() > 1) {
        out.writeArrayFieldStart("others");
        for (Account account : trace.accounts().subList(1, trace.accounts().size())) {
          out.writeStartObject();
          write(out, account);
          out.writeEndObject();
        }
        out.writeEndArray();
      }
      if (trace.next() != null) {
        out.writeStringField("next", GetTrace.pathOf(asked, trace.next()));
      }
    });
  }

  /**
   * One receipt, in the same form.
   *
   * @param unique null if its id is in a form that no trace is asked for with
   */
  public byte[] receipt(@Nullable UniqueId unique, Receipt receipt) {
    return object(out -> writeReceipt(out, unique, receipt, null));
  }

  /** {@code {"token":…,"app":…,"device":…,"at":…,"atMillis":…,"why":…}} of its last step. */
  public byte[] goneToken(Receipt receipt) {
    return object(out -> {
      writeOptional(out, "token", receipt.getToken());
      writeOptional(out, "app", receipt.getApp());
      writeOptional(out, "device", receipt.getDevice());
      if (!receipt.getSteps().isEmpty()) {
        Step last = receipt.getSteps().getLast();
        out.writeStringField("at", MILLIS.format(Instant.ofEpochMilli(last.getAt())));
        out.writeNumberField("atMillis", last.getAt());
        writeOptional(out, "why", last.getWhy());
      }
    });
  }

  private static void write(JsonGenerator out, Account account) throws IOException {
    switch (account) {
      case Receipted receipted ->
          writeReceipt(out, receipted.unique(), receipted.receipt(), receipted.repetition());
      case Underway underway -> writeUnderway(out, underway);
      case Unreadable unreadable -> {
        writeOptional(out, "uniqueId", unreadable.unique().toString());
        out.writeStringField("reason", "UnreadableReceipt");
        out.writeStringField("message", unreadable.why());
      }
    }
  }

  private static void writeReceipt(
      JsonGenerator out, @Nullable UniqueId unique, Receipt receipt, @Nullable Receipt repetition)
      throws IOException {
    out.writeStringField("id", receipt.getId());
    writeOptional(out, "uniqueId", unique == null ? null : unique.toString());
    out.writeStringField("outcome", lower(receipt.getOutcome()));
    writeOptional(out, "device", receipt.getDevice());
    writeOptional(out, "app", receipt.getApp());
    writeOptional(out, "category", receipt.getCategory());
    writeSteps(out, receipt.getSteps(), repetition);
    if (receipt.getOutcome() == Outcome.PENDING && !receipt.getSteps().isEmpty()) {
      Step last = receipt.getSteps().getLast();
      out.writeObjectFieldStart("location");
      out.writeStringField(
          last.getName() == StepName.SCHEDULED ? "schedule" : "inbox", last.getWhere());
      out.writeEndObject();
    }
  }

  private static void writeUnderway(JsonGenerator out, Underway trace) throws IOException {
    out.writeStringField("id", trace.id());
    out.writeStringField("uniqueId", trace.unique().toString());
    out.writeStringField("outcome", lower(trace.stage()));
    writeOptional(out, "device", trace.device());
    out.writeStringField("app", trace.app());
    writeOptional(out, "category", trace.category());
    writeSteps(out, trace.steps(), trace.repetition());
    out.writeObjectFieldStart("location");
    out.writeStringField("topic", trace.location().topic());
    out.writeNumberField("partition", trace.location().partition());
    out.writeNumberField("offset", trace.location().offset());
    out.writeEndObject();
  }

  /**
   * {@code {"id":…,"withdrawn":…,"told":…,"unchanged":…}}, and the path of the next page, if any.
   */
  byte[] withdrawn(
      NotificationId id, int withdrawn, int told, int unchanged, @Nullable String next) {
    return object(out -> {
      out.writeStringField("id", id.value());
      out.writeNumberField("withdrawn", withdrawn);
      out.writeNumberField("told", told);
      out.writeNumberField("unchanged", unchanged);
      if (next != null) {
        out.writeStringField("next", GetTrace.pathOf(id, next));
      }
    });
  }

  /** A problem, with the extent of the search. */
  public byte[] unknown(NotificationId id, TraceResult.Unknown trace) {
    return object(out -> {
      write(out, TraceProblem.unknown(id));
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

  /** A problem (RFC 9457). */
  byte[] problem(TraceProblem problem) {
    return object(out -> write(out, problem));
  }

  private static void write(JsonGenerator out, TraceProblem problem) throws IOException {
    out.writeStringField("type", problem.type());
    out.writeStringField("title", problem.status().reasonPhrase());
    out.writeNumberField("status", problem.status().code());
    out.writeStringField("detail", problem.detail());
    writeOptional(out, "limit", problem.limit());
    writeOptional(out, "next", problem.next());
    @Nullable InvalidValueException invalid = problem.invalid();
    if (invalid != null) {
      out.writeArrayFieldStart("errors");
      out.writeStartObject();
      out.writeStringField("field", invalid.name());
      out.writeStringField("value", invalid.value());
      out.writeStringField("expected", invalid.expected());
      out.writeEndObject();
      out.writeEndArray();
    }
  }

  /** Writes the steps, and a repetition's last step at its place in time. */
  private static void writeSteps(JsonGenerator out, List<Step> steps, @Nullable Receipt repetition)
      throws IOException {
    @Nullable Step repeated =
        repetition == null || repetition.getSteps().isEmpty()
            ? null
            : repetition.getSteps().getLast();
    out.writeArrayFieldStart("steps");
    for (Step step : steps) {
      if (repeated != null && repeated.getAt() < step.getAt()) {
        writeStep(out, repeated);
        repeated = null;
      }
      writeStep(out, step);
    }
    if (repeated != null) {
      writeStep(out, repeated);
    }
    out.writeEndArray();
  }

  private static void writeStep(JsonGenerator out, Step step) throws IOException {
    out.writeStartObject();
    out.writeStringField("step", lower(step.getName()));
    out.writeStringField("at", MILLIS.format(Instant.ofEpochMilli(step.getAt())));
    out.writeNumberField("atMillis", step.getAt());
    out.writeStringField("where", step.getWhere());
    writeOptional(out, "why", step.getWhy());
    out.writeEndObject();
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
