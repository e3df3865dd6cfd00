package dev.tidings.ingest.send;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.http.Problem;
import dev.tidings.http.Response;
import dev.tidings.ingest.accept.NewNotification;
import dev.tidings.ingest.broadcast.NewBroadcast;
import dev.tidings.ingest.json.UtcText;
import dev.tidings.ingest.limit.Exceeded;
import dev.tidings.ingest.limit.LimitFields;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.NotificationId;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Writes what became of a notification, as the response to a request of its own and as one line of
 * many. In ASCII: values from outside are shown in terminals.
 */
public final class SendAnswers {
  /** The name that other services use for it; no document defines one. */
  private static final AsciiString REPLAYED = AsciiString.cached("idempotent-replayed");

  private static final AsciiString TRUE = AsciiString.cached("true");
  private static final int LAST_PRINTABLE = 0x7e;
  private static final int LINE_CHARS = 256;
  private static final JsonFactory JSON =
      new JsonFactoryBuilder().highestNonEscapedChar(LAST_PRINTABLE).build();

  private SendAnswers() {}

  /** Returns the response to one notification. */
  public static Response response(SendResult result) {
    return switch (result) {
      case SendResult.Accepted accepted ->
          json(HttpResponseStatus.ACCEPTED, text(new StringBuilder("{"), accepted));
      case SendResult.Repeated repeated ->
          json(HttpResponseStatus.ACCEPTED, text(new StringBuilder("{"), asBefore(repeated)))
              .with(REPLAYED, TRUE);
      case SendResult.Checked checked ->
          json(HttpResponseStatus.OK, text(new StringBuilder("{"), checked));
      case SendResult.Broadcasting accepted ->
          json(HttpResponseStatus.ACCEPTED, text(new StringBuilder("{"), accepted))
              .with(HttpHeaderNames.LOCATION, AsciiString.of(accepted.broadcast().path()));
      case SendResult.BroadcastChecked(NewBroadcast broadcast) ->
          json(HttpResponseStatus.OK, text(new StringBuilder("{"), broadcast));
      case SendResult.Refused(Refusal refusal) -> response(refusal);
    };
  }

  private static Response json(HttpResponseStatus status, StringBuilder text) {
    return Response.of(
        status,
        text.toString().getBytes(StandardCharsets.US_ASCII),
        HttpHeaderNames.CONTENT_TYPE,
        HttpHeaderValues.APPLICATION_JSON);
  }

  private static Response response(Refusal refusal) {
    Response response =
        Response.of(
            refusal.status(), problem(refusal), HttpHeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE);
    @Nullable Exceeded exceeded = refusal.exceeded();
    Refusal.@Nullable Pause pause = refusal.pause();
    AsciiString[] fields;
    if (exceeded != null) {
      fields = exceeded.fields();
    } else if (pause != null) {
      fields = LimitFields.of(pause.limit(), pause.seconds());
    } else {
      long seconds = refusal.retryAfterSeconds();
      return seconds == 0
          ? response
          : response.with(HttpHeaderNames.RETRY_AFTER, AsciiString.of(Long.toString(seconds)));
    }
    return response.with(fields);
  }

  /**
   * Returns one line of the answers to many.
   *
   * @param number which line of the request it answers, from 1
   */
  public static byte[] line(long number, SendResult result) {
    StringBuilder begin =
        new StringBuilder(LINE_CHARS).append("{\"line\":").append(number).append(",\"status\":");
    return switch (result) {
      case SendResult.Accepted accepted -> lineOf(text(begin.append("202,"), accepted));
      case SendResult.Repeated repeated -> lineOf(text(begin.append("202,"), asBefore(repeated)));
      case SendResult.Checked checked -> lineOf(text(begin.append("200,"), checked));
      case SendResult.Broadcasting accepted -> lineOf(text(begin.append("202,"), accepted));
      case SendResult.BroadcastChecked(NewBroadcast broadcast) ->
          lineOf(text(begin.append("200,"), broadcast));
      case SendResult.Refused(Refusal refusal) -> refusedLine(number, refusal);
    };
  }

  /**
   * Returns the last line of the answers to many that were not all read.
   *
   * @param next the first line that was not read
   */
  public static byte[] lastLine(long next, Refusal why) {
    return object(
        out -> {
          out.writeNumberField("status", why.status().code());
          out.writeNumberField("nextLine", next);
          out.writeObjectFieldStart("problem");
          write(out, why);
          out.writeEndObject();
        },
        true);
  }

  private static SendResult.Accepted asBefore(SendResult.Repeated repeated) {
    return new SendResult.Accepted(repeated.notification(), repeated.atMillis());
  }

  private static byte[] lineOf(StringBuilder object) {
    return object.append('\n').toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static StringBuilder text(StringBuilder begun, SendResult.Accepted accepted) {
    return acceptedAt(values(begun, accepted.notification()), accepted.atMillis());
  }

  private static StringBuilder text(StringBuilder begun, SendResult.Checked checked) {
    return values(begun, checked.notification()).append(",\"dryRun\":true}");
  }

  private static StringBuilder text(StringBuilder begun, SendResult.Broadcasting accepted) {
    begun
        .append("\"id\":\"")
        .append(accepted.broadcast().id().value())
        .append("\",\"broadcast\":\"")
        .append(accepted.broadcast().path())
        .append('"');
    return acceptedAt(begun, accepted.atMillis());
  }

  private static StringBuilder acceptedAt(StringBuilder begun, long millis) {
    return UtcText.append(begun.append(",\"acceptedAt\":\""), millis).append("\"}");
  }

  private static StringBuilder text(StringBuilder begun, NewBroadcast checked) {
    return begun.append("\"id\":\"").append(checked.id().value()).append("\",\"dryRun\":true}");
  }

  private static StringBuilder quoted(StringBuilder begun, String text) {
    begun.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > LAST_PRINTABLE || c == '"' || c == '\\') {
        begun.append("\\u").append(HexFormat.of().toHexDigits(c));
      } else {
        begun.append(c);
      }
    }
    return begun.append('"');
  }

  /** Of all but the device none needs to be escaped. */
  private static StringBuilder values(StringBuilder begun, NewNotification notification) {
    @Nullable DeviceId device = notification.device();
    if (device != null) {
      return quoted(
          begun.append("\"id\":\"").append(notification.id().value()).append("\",\"device\":"),
          device.value());
    }
    if (notification.change() != null) {
      return begun.append("\"token\":\"").append(notification.token().hex()).append('"');
    }
    return begun
        .append("\"id\":\"")
        .append(notification.id().value())
        .append("\",\"uniqueId\":\"")
        .append(notification.unique())
        .append("\",\"token\":\"")
        .append(notification.token().hex())
        .append('"');
  }

  private static byte[] refusedLine(long number, Refusal refusal) {
    return object(
        out -> {
          out.writeNumberField("line", number);
          out.writeNumberField("status", refusal.status().code());
          @Nullable NotificationId id = refusal.id();
          if (id != null) {
            out.writeStringField("id", id.value());
          }
          out.writeObjectFieldStart("problem");
          write(out, refusal);
          out.writeEndObject();
        },
        true);
  }

  private static byte[] problem(Refusal refusal) {
    return object(out -> write(out, refusal), false);
  }

  /** Writes the members of an object. */
  @FunctionalInterface
  private interface Members {
    void write(JsonGenerator out) throws IOException;
  }

  private static byte[] object(Members members, boolean line) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      out.writeStartObject();
      members.write(out);
      out.writeEndObject();
      if (line) {
        out.writeRaw('\n');
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Writes the members of a problem. */
  private static void write(JsonGenerator out, Refusal refusal) throws IOException {
    out.writeStringField("type", refusal.type() == null ? Problem.BLANK : refusal.type());
    out.writeStringField("title", refusal.status().reasonPhrase());
    out.writeNumberField("status", refusal.status().code());
    out.writeStringField("detail", refusal.detail());
    @Nullable Exceeded exceeded = refusal.exceeded();
    if (exceeded != null) {
      out.writeStringField("limit", exceeded.kind().text());
    }
    Refusal.@Nullable Pause pause = refusal.pause();
    if (pause != null) {
      out.writeStringField("limit", pause.limit());
    }
    if (refusal.retryAfterSeconds() > 0) {
      out.writeNumberField("retryAfter", refusal.retryAfterSeconds());
    }
    if (refusal.since().isPresent()) {
      out.writeStringField("since", time(refusal.since().getAsLong()));
    }
    if (!refusal.errors().isEmpty()) {
      out.writeArrayFieldStart("errors");
      for (FieldError error : refusal.errors()) {
        out.writeStartObject();
        out.writeStringField("field", error.field());
        out.writeStringField("value", error.value());
        out.writeStringField("expected", error.expected());
        out.writeEndObject();
      }
      out.writeEndArray();
    }
  }

  private static String time(long millis) {
    return UtcText.append(new StringBuilder(), millis).toString();
  }
}
