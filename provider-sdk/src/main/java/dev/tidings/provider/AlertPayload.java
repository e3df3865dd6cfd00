package dev.tidings.provider;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * A payload that the device displays.
 *
 * @param title the first line
 * @param body the text
 * @param badge the number on the app's icon
 * @param sound the sound to play
 */
public record AlertPayload(
    Optional<String> title,
    Optional<String> body,
    Optional<Integer> badge,
    Optional<String> sound) {

  /** Returns it as JSON, in Apple's {@code aps} dictionary. */
  public String toJson() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ObjectNode aps = root.putObject("aps");
    if (title.isPresent() || body.isPresent()) {
      ObjectNode alert = aps.putObject("alert");
      title.ifPresent(text -> alert.put("title", text));
      body.ifPresent(text -> alert.put("body", text));
    }
    badge.ifPresent(number -> aps.put("badge", number));
    sound.ifPresent(name -> aps.put("sound", name));
    return root.toString();
  }
}
