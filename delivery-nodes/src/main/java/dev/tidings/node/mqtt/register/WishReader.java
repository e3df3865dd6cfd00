package dev.tidings.node.mqtt.register;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.InvalidValueException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.handler.codec.mqtt.MqttReasonCodes.PubAck;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the PUBLISH of a device: {@code {"app":"com.example.news"}}, optionally with {@code locale}
 * (a BCP 47 language tag) and {@code timeZone} (an IANA zone name). Fields it does not know are
 * skipped: they may be a later version's.
 */
final class WishReader {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final Pattern LOCALE = Pattern.compile("[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8}){0,7}");
  private static final Pattern TIME_ZONE = Pattern.compile("[A-Za-z0-9_+/-]{1,64}");

  static Wish read(String topic, ByteBuf payload) {
    return switch (topic) {
      case Topics.REGISTER ->
          read(
              Topics.REGISTERED,
              payload,
              fields -> new Wish.Register(fields.app(), fields.locale(), fields.timeZone()));
      case Topics.UNREGISTER ->
          read(Topics.UNREGISTERED, payload, fields -> new Wish.Unregister(fields.app()));
      // Not malformed, and not for others either, but not taken by this server.
      case Topics.SUBSCRIBE, Topics.UNSUBSCRIBE -> new Wish.Foreign(PubAck.TOPIC_NAME_INVALID);
      default -> new Wish.Foreign(PubAck.NOT_AUTHORIZED);
    };
  }

  private static Wish read(String answerTopic, ByteBuf payload, Function<Fields, Wish> wish) {
    Fields fields = new Fields();
    try (JsonParser parser = JSON.createParser((InputStream) new ByteBufInputStream(payload))) {
      fields.read(parser);
      return wish.apply(fields);
    } catch (InvalidValueException e) {
      String error = String.valueOf(e.getMessage());
      return new Wish.Unclear(
          answerTopic, fields.shownApp(), error, PubAck.IMPLEMENTATION_SPECIFIC_ERROR);
    } catch (IOException e) {
      // What the parser says may quote the payload.
      return new Wish.Unclear(
          answerTopic,
          fields.shownApp(),
          "payload: not JSON (expected: an object such as {\"app\":\"com.example.news\"})",
          PubAck.PAYLOAD_FORMAT_INVALID);
    }
  }

  private WishReader() {}

  /** The members of the object, as far as they have been read. */
  private static final class Fields {
    private @Nullable String app;
    private @Nullable String locale;
    private @Nullable String timeZone;

    void read(JsonParser parser) throws IOException {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new InvalidValueException("payload", "no object", "{\"app\":\"com.example.news\"}");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        switch (name) {
          case "app" -> app = text(name, parser);
          case "locale" -> locale = optionalText(name, parser);
          case "timeZone" -> timeZone = optionalText(name, parser);
          default -> parser.skipChildren();
        }
      }
      if (parser.nextToken() != null) {
        throw new InvalidValueException("payload", "more than one value", "one JSON object");
      }
    }

    AppId app() {
      if (app == null) {
        throw new InvalidValueException("app", "missing", "a bundle id such as com.example.news");
      }
      return new AppId(app);
    }

    Optional<String> locale() {
      return matching("locale", locale, LOCALE, "a BCP 47 language tag");
    }

    Optional<String> timeZone() {
      return matching("timeZone", timeZone, TIME_ZONE, "an IANA zone name");
    }

    /** The app to name in the answer, if there is one and it is no longer than an app may be. */
    Optional<String> shownApp() {
      return Optional.ofNullable(app).filter(name -> name.length() <= AppId.MAX_LENGTH);
    }

    private static @Nullable String optionalText(String name, JsonParser parser)
        throws IOException {
      return parser.currentToken() == JsonToken.VALUE_NULL ? null : text(name, parser);
    }

    private static String text(String name, JsonParser parser) throws IOException {
      if (parser.currentToken() != JsonToken.VALUE_STRING) {
        throw new InvalidValueException(name, "no string", "a JSON string");
      }
      return parser.getText();
    }

    private static Optional<String> matching(
        String name, @Nullable String value, Pattern pattern, String expected) {
      if (value != null && !pattern.matcher(value).matches()) {
        throw new InvalidValueException(name, value, expected);
      }
      return Optional.ofNullable(value);
    }
  }
}
