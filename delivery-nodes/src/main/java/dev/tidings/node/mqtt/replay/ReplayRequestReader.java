package dev.tidings.node.mqtt.replay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tidings.node.replay.ReplayCursor;
import dev.tidings.node.replay.ReplaySpan;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.InvalidValueException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.handler.codec.mqtt.MqttReasonCodes.PubAck;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code {"since":…,"until":…,"app":…}} or {@code {"stop":true}}. Unknown fields are skipped,
 * because a later version may define them; of duplicates the last one counts.
 */
final class ReplayRequestReader {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String EXAMPLE = "{\"since\":\"2026-11-29T08:00:00Z\"}";
  private static final String TIMES = "a time as in RFC 3339, or milliseconds since the epoch";
  private static final int LONGEST_SHOWN = 64;

  static ReplayRequest read(ByteBuf payload) {
    Fields fields = new Fields();
    try (JsonParser parser = JSON.createParser((InputStream) new ByteBufInputStream(payload))) {
      fields.read(parser);
      return fields.stop ? new ReplayRequest.Stop() : new ReplayRequest.Start(fields.span());
    } catch (InvalidValueException e) {
      return new ReplayRequest.Invalid(
          String.valueOf(e.getMessage()), PubAck.IMPLEMENTATION_SPECIFIC_ERROR);
    } catch (IOException e) {
      // The parser's message may quote the payload.
      return new ReplayRequest.Invalid(
          "payload: not JSON (expected: an object such as " + EXAMPLE + ")",
          PubAck.PAYLOAD_FORMAT_INVALID);
    }
  }

  private ReplayRequestReader() {}

  private static final class Fields {
    private ReplaySpan.@Nullable Since since;
    private long until = ReplaySpan.NOW;
    private @Nullable String app;
    private boolean stop;

    void read(JsonParser parser) throws IOException {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new InvalidValueException("payload", "no object", EXAMPLE);
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        switch (name) {
          case "since" -> since = since(parser);
          case "until" -> until = time(name, parser);
          case "app" -> app = new AppId(text(name, parser, "a bundle id")).value();
          case "stop" -> stop = bool(name, parser);
          default -> parser.skipChildren();
        }
      }
      if (parser.nextToken() != null) {
        throw new InvalidValueException("payload", "more than one value", "one JSON object");
      }
    }

    ReplaySpan span() {
      if (since == null) {
        throw new InvalidValueException("since", "missing", TIMES + ", or a cursor");
      }
      if (since instanceof ReplaySpan.Time(long millis) && until <= millis) {
        throw new InvalidValueException("until", "not after since", "a later time");
      }
      return ReplaySpan.of(since, until, app);
    }

    private static ReplaySpan.Since since(JsonParser parser) throws IOException {
      if (parser.currentToken() == JsonToken.VALUE_STRING) {
        Optional<Long> position = ReplayCursor.parse(parser.getText());
        if (position.isPresent()) {
          return new ReplaySpan.Position(position.get());
        }
      }
      return new ReplaySpan.Time(time("since", parser));
    }

    private static long time(String name, JsonParser parser) throws IOException {
      if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
        try {
          long millis = parser.getLongValue();
          if (millis >= 0) {
            return millis;
          }
        } catch (IOException e) {
          // More digits than any time has.
        }
        throw new InvalidValueException(name, "not a time", TIMES);
      }
      String text = text(name, parser, TIMES);
      try {
        return Math.max(0, OffsetDateTime.parse(text).toInstant().toEpochMilli());
      } catch (DateTimeException | ArithmeticException e) {
        String shown = text.length() <= LONGEST_SHOWN ? text : "a long text";
        throw new InvalidValueException(name, shown, TIMES);
      }
    }

    private static boolean bool(String name, JsonParser parser) throws IOException {
      if (!parser.currentToken().isBoolean()) {
        parser.skipChildren();
        throw new InvalidValueException(name, "no boolean", "true");
      }
      return parser.getBooleanValue();
    }

    private static String text(String name, JsonParser parser, String expected) throws IOException {
      if (parser.currentToken() != JsonToken.VALUE_STRING) {
        throw new InvalidValueException(name, "no string", expected);
      }
      return parser.getText();
    }
  }
}
