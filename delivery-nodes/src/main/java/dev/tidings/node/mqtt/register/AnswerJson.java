package dev.tidings.node.mqtt.register;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.schemas.value.BroadcastTopic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/** Writes the payloads of the node's responses. */
final class AnswerJson {
  private static final JsonFactory JSON = new JsonFactory();

  /**
   * {@code {"app":…,"token":…}}, with {@code "ignored":["locale"]} if hints were left out: only
   * their names, because the answer has to fit small devices' Maximum Packet Size.
   */
  static byte[] token(String app, String token, List<String> ignored) {
    return object(Optional.of(app), Optional.empty(), Optional.of("token"), token, ignored);
  }

  /** {@code {"app":…}}. */
  static byte[] app(String app) {
    return object(Optional.of(app), Optional.empty(), Optional.empty(), "", List.of());
  }

  /** {@code {"app":…,"topic":…}}, or {@code {"app":…,"channel":…}}. */
  static byte[] topic(String app, String topic) {
    return object(Optional.of(app), Optional.of(topic), Optional.empty(), "", List.of());
  }

  /**
   * {@code {"app":…,"topic":…,"error":…}}, without the app if none could be read, and without the
   * topic where the request is about none.
   */
  static byte[] error(Optional<String> app, Optional<String> topic, String error) {
    return object(app, topic, Optional.of("error"), error, List.of());
  }

  private static byte[] object(
      Optional<String> app,
      Optional<String> topic,
      Optional<String> field,
      String value,
      List<String> ignored) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      if (app.isPresent()) {
        json.writeStringField("app", app.get());
      }
      if (topic.isPresent()) {
        boolean channel = BroadcastTopic.isChannel(topic.get());
        json.writeStringField(
            channel ? "channel" : "topic",
            channel ? topic.get().substring(topic.get().indexOf(':') + 1) : topic.get());
      }
      if (field.isPresent()) {
        json.writeStringField(field.get(), value);
      }
      if (!ignored.isEmpty()) {
        json.writeArrayFieldStart("ignored");
        for (String name : ignored) {
          json.writeString(name);
        }
        json.writeEndArray();
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private AnswerJson() {}
}
