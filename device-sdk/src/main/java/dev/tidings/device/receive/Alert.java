package dev.tidings.device.receive;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The part of an APNs payload that is shown to the user: the members of {@code aps}.
 *
 * @param title the title of {@code alert}, if that is an object
 * @param body the body of {@code alert}, or all of it if that is a string
 * @param badge the number on the app's icon
 * @param sound the name of the sound
 */
public record Alert(
    Optional<String> title,
    Optional<String> body,
    Optional<Integer> badge,
    Optional<String> sound) {

  private static final JsonFactory JSON = new JsonFactory();

  /** Parses a payload; empty if it is not JSON or has no {@code aps}. */
  public static Optional<Alert> parse(byte[] payload) {
    try (JsonParser in = JSON.createParser(payload)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      Optional<Alert> found = Optional.empty();
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        if (in.nextToken() == JsonToken.START_OBJECT && name.equals("aps")) {
          found = Optional.of(aps(in));
        } else {
          in.skipChildren();
        }
      }
      return found;
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Alert aps(JsonParser in) throws IOException {
    Text alert = new Text(null, null);
    @Nullable Integer badge = null;
    @Nullable String sound = null;
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      JsonToken value = in.nextToken();
      switch (name) {
        case "alert" -> alert = text(in, "title", "body");
        // A critical alert's sound is an object with a name.
        case "sound" -> sound = text(in, "critical", "name").second();
        case "badge" -> badge = value == JsonToken.VALUE_NUMBER_INT ? in.getIntValue() : null;
        default -> in.skipChildren();
      }
    }
    return new Alert(
        Optional.ofNullable(alert.first()),
        Optional.ofNullable(alert.second()),
        Optional.ofNullable(badge),
        Optional.ofNullable(sound));
  }

  /** Reads two members of an object; a string instead of an object counts as the second. */
  private static Text text(JsonParser in, String first, String second) throws IOException {
    if (in.currentToken() != JsonToken.START_OBJECT) {
      boolean isText = in.currentToken() == JsonToken.VALUE_STRING;
      Text alone = new Text(null, isText ? in.getText() : null);
      in.skipChildren();
      return alone;
    }
    @Nullable String firstText = null;
    @Nullable String secondText = null;
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      boolean isText = in.nextToken() == JsonToken.VALUE_STRING;
      if (isText && name.equals(first)) {
        firstText = in.getText();
      } else if (isText && name.equals(second)) {
        secondText = in.getText();
      } else {
        in.skipChildren();
      }
    }
    return new Text(firstText, secondText);
  }

  private record Text(@Nullable String first, @Nullable String second) {}
}
