package dev.tidings.node.mqtt.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.NotificationId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.handler.codec.mqtt.MqttReasonCodes.PubAck;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code {"id":…,"app":…}}. Unknown fields are skipped, because a later version may define
 * them; a field that is there twice with different values is an error, because choosing one would
 * be a guess.
 */
final class ReportReader {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String EXAMPLE = "{\"id\":\"9a0c7c1e-0000-4000-8000-000000000000\"}";

  /** What a device says. */
  sealed interface Said {}

  /** A notification is meant, of this app if one is named. */
  record Report(NotificationId id, Optional<AppId> app) implements Said {}

  /** It makes no sense. */
  record Invalid(String error, PubAck reason) implements Said {}

  static Said read(ByteBuf payload) {
    try (JsonParser parser = JSON.createParser((InputStream) new ByteBufInputStream(payload))) {
      return read(parser);
    } catch (InvalidValueException e) {
      return new Invalid(String.valueOf(e.getMessage()), PubAck.IMPLEMENTATION_SPECIFIC_ERROR);
    } catch (IOException e) {
      // The parser's message may quote the payload.
      return new Invalid(
          "payload: not JSON (expected: an object such as " + EXAMPLE + ")",
          PubAck.PAYLOAD_FORMAT_INVALID);
    }
  }

  private static Said read(JsonParser parser) throws IOException {
    @Nullable String id = null;
    @Nullable String app = null;
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new InvalidValueException("payload", "no object", EXAMPLE);
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "id" -> id = text(name, parser, id);
        case "app" -> app = text(name, parser, app);
        default -> parser.skipChildren();
      }
    }
    if (parser.nextToken() != null) {
      throw new InvalidValueException("payload", "more than one value", "one JSON object");
    }
    if (id == null) {
      throw new InvalidValueException("id", "missing", "the last level of the topic it came on");
    }
    NotificationId notification = NotificationId.parse(id);
    return new Report(notification, Optional.ofNullable(app).map(AppId::new));
  }

  private static String text(String name, JsonParser parser, @Nullable String before)
      throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw new InvalidValueException(name, "no string", "a JSON string");
    }
    String text = parser.getText();
    if (before != null && !before.equals(text)) {
      throw new InvalidValueException(name, "two of them", "one");
    }
    return text;
  }

  private ReportReader() {}
}
