package dev.tidings.node.mqtt.register;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.ChannelId;
import dev.tidings.schemas.value.InvalidValueException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.handler.codec.mqtt.MqttReasonCodes.PubAck;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the PUBLISH of a device: {@code {"app":"com.example.news"}}, optionally with the hints
 * {@code locale}, {@code timeZone}, {@code user} and {@code tags}, or with a broadcast {@code
 * topic} or a {@code channel}. A hint that is not understood is ignored, and the answer names it.
 * Unknown fields are skipped, because a later version may define them. Of duplicate members the
 * last one counts, as in most JSON readers; but a duplicate app or topic is an error, because
 * choosing one would be a guess.
 */
final class DeviceRequestReader {
  private static final JsonFactory JSON = new JsonFactory();

  static DeviceRequest read(String topic, ByteBuf payload) {
    return switch (topic) {
      case RegistrationTopics.REGISTER ->
          read(
              RegistrationTopics.REGISTERED,
              payload,
              fields ->
                  new DeviceRequest.Register(
                      fields.app(),
                      Optional.ofNullable(fields.locale),
                      Optional.ofNullable(fields.timeZone),
                      Optional.ofNullable(fields.user),
                      Optional.ofNullable(fields.tags),
                      List.copyOf(fields.ignored)));
      case RegistrationTopics.UNREGISTER ->
          read(
              RegistrationTopics.UNREGISTERED,
              payload,
              fields -> new DeviceRequest.Unregister(fields.app()));
      case RegistrationTopics.SUBSCRIBE ->
          read(
              RegistrationTopics.SUBSCRIBED,
              payload,
              fields -> new DeviceRequest.Subscribe(fields.app(), fields.topic()));
      case RegistrationTopics.UNSUBSCRIBE ->
          read(
              RegistrationTopics.UNSUBSCRIBED,
              payload,
              fields -> new DeviceRequest.Unsubscribe(fields.app(), fields.topic()));
      default -> new DeviceRequest.Unsupported(PubAck.NOT_AUTHORIZED);
    };
  }

  private static DeviceRequest read(
      String answerTopic, ByteBuf payload, Function<Fields, DeviceRequest> request) {
    Fields fields = new Fields();
    try (JsonParser parser = JSON.createParser((InputStream) new ByteBufInputStream(payload))) {
      fields.read(parser);
      return request.apply(fields);
    } catch (InvalidValueException e) {
      String error = String.valueOf(e.getMessage());
      return new DeviceRequest.Invalid(
          answerTopic,
          fields.shownApp(),
          fields.shownTopic(answerTopic),
          error,
          PubAck.IMPLEMENTATION_SPECIFIC_ERROR);
    } catch (IOException e) {
      // The parser's message may quote the payload.
      return new DeviceRequest.Invalid(
          answerTopic,
          fields.shownApp(),
          fields.shownTopic(answerTopic),
          "payload: not JSON (expected: an object such as {\"app\":\"com.example.news\"})",
          PubAck.PAYLOAD_FORMAT_INVALID);
    }
  }

  private DeviceRequestReader() {}

  /** The members of the object read so far. */
  private static final class Fields {
    private @Nullable String app;
    private @Nullable String topic;
    private @Nullable String channel;
    private @Nullable String locale;
    private @Nullable String timeZone;
    private @Nullable String user;
    private @Nullable Set<BroadcastTopic> tags;
    private final Set<String> ignored = new LinkedHashSet<>();

    void read(JsonParser parser) throws IOException {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new InvalidValueException("payload", "no object", "{\"app\":\"com.example.news\"}");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        switch (name) {
          case "app" -> app = only(name, app, parser);
          case "topic" -> topic = only(name, topic, parser);
          case "channel" -> channel = only(name, channel, parser);
          case "locale" -> locale = hint(name, parser, LocaleHint::tag);
          case "timeZone" -> timeZone = hint(name, parser, TimeZoneHint::name);
          case "user" -> user = hint(name, parser, Optional::of);
          case "tags" -> tags = tags(name, parser);
          default -> parser.skipChildren();
        }
      }
      if (parser.nextToken() != null) {
        throw new InvalidValueException("payload", "more than one value", "one JSON object");
      }
    }

    /** Reads a member of which there may be one. */
    private static String only(String name, @Nullable String before, JsonParser parser)
        throws IOException {
      String text = text(name, parser);
      if (before != null && !before.equals(text)) {
        throw new InvalidValueException(name, "two of them", "one");
      }
      return text;
    }

    AppId app() {
      if (app == null) {
        throw new InvalidValueException("app", "missing", "a bundle id such as com.example.news");
      }
      return new AppId(app);
    }

    BroadcastTopic topic() {
      if (channel != null && topic == null) {
        return BroadcastTopic.channel(new ChannelId(channel));
      }
      if (channel != null) {
        throw new InvalidValueException("channel", channel, "either a topic or a channel");
      }
      if (topic == null) {
        throw new InvalidValueException("topic", "missing", "a broadcast topic such as goals");
      }
      BroadcastTopic read = new BroadcastTopic(topic);
      if (read.isReserved()) {
        throw new InvalidValueException(
            "topic", topic, "one without a colon: those are joined by what a device is, not by it");
      }
      return read;
    }

    /** Returns the app to name in the answer, if there is one and it is not too long. */
    Optional<String> shownApp() {
      return Optional.ofNullable(app).filter(name -> name.length() <= AppId.MAX_LENGTH);
    }

    /** Returns the topic to name in the answer, likewise, if the request is about one. */
    Optional<String> shownTopic(String answerTopic) {
      return Optional.ofNullable(topic)
          .filter(name ->
              name.length() <= BroadcastTopic.MAX_LENGTH
                  && !answerTopic.equals(RegistrationTopics.REGISTERED)
                  && !answerTopic.equals(RegistrationTopics.UNREGISTERED));
    }

    private @Nullable String hint(
        String name, JsonParser parser, Function<String, Optional<String>> meaning)
        throws IOException {
      ignored.remove(name);
      if (parser.currentToken() == JsonToken.VALUE_NULL) {
        return null;
      }
      Optional<String> hint =
          parser.currentToken() == JsonToken.VALUE_STRING
              ? meaning.apply(parser.getText())
              : Optional.empty();
      if (hint.isEmpty()) {
        ignored.add(name);
        parser.skipChildren();
      }
      return hint.orElse(null);
    }

    /** Reads an array of names; null if it is none. */
    private @Nullable Set<BroadcastTopic> tags(String name, JsonParser parser) throws IOException {
      ignored.remove(name);
      if (parser.currentToken() == JsonToken.VALUE_NULL) {
        return null;
      }
      if (parser.currentToken() != JsonToken.START_ARRAY) {
        ignored.add(name);
        parser.skipChildren();
        return null;
      }
      Set<BroadcastTopic> read = new LinkedHashSet<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        Optional<BroadcastTopic> tag =
            parser.currentToken() == JsonToken.VALUE_STRING
                ? BroadcastTopic.tag(parser.getText())
                : Optional.empty();
        tag.ifPresentOrElse(read::add, () -> ignored.add(name));
        parser.skipChildren();
      }
      return read;
    }

    private static String text(String name, JsonParser parser) throws IOException {
      if (parser.currentToken() != JsonToken.VALUE_STRING) {
        throw new InvalidValueException(name, "no string", "a JSON string");
      }
      return parser.getText();
    }
  }
}
