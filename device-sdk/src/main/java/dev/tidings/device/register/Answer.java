package dev.tidings.device.register;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The answer of the service: {@code {"app":…,"token":…}} or {@code {"app":…,"error":…}}. */
record Answer(String app, @Nullable String token, @Nullable String error) {

  /** Parses an answer; empty if the bytes are not one. */
  static Optional<Answer> read(JsonFactory json, byte[] payload) {
    @Nullable String app = null;
    @Nullable String token = null;
    @Nullable String error = null;
    try (JsonParser in = json.createParser(payload)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        in.nextToken();
        switch (name) {
          case "app" -> app = in.getValueAsString();
          case "token" -> token = in.getValueAsString();
          case "error" -> error = in.getValueAsString();
          default -> in.skipChildren();
        }
      }
    } catch (IOException e) {
      return Optional.empty();
    }
    return app == null ? Optional.empty() : Optional.of(new Answer(app, token, error));
  }
}
