package dev.tidings.provider;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.util.Optional;

/**
 * A notification to send over the service's own interface, {@code POST /v1/notifications}, which
 * accepts API keys.
 *
 * @param token the device token
 * @param app the bundle id of the app that the token is for
 * @param payload the JSON payload, which is sent as it is
 * @param collapseId replaces what is still waiting for the device with the same id
 * @param priority 10, 5 or 1
 * @param ttlSeconds for how long it is worth delivering; empty for ever
 * @param category what kind of notification it is, such as {@code marketing}: a word by which it is
 *     found and counted, and to which a daily cap may apply; empty for none
 * @param id a UUID by which the same one is recognised if it is sent again, because there was no
 *     response; empty if it is never repeated
 */
public record NotificationRequest(
    String token,
    String app,
    String payload,
    Optional<String> collapseId,
    Optional<Integer> priority,
    Optional<Long> ttlSeconds,
    Optional<String> category,
    Optional<String> id) {

  /** A notification that is never repeated. */
  public NotificationRequest(
      String token,
      String app,
      String payload,
      Optional<String> collapseId,
      Optional<Integer> priority,
      Optional<Long> ttlSeconds,
      Optional<String> category) {
    this(token, app, payload, collapseId, priority, ttlSeconds, category, Optional.empty());
  }

  /** A notification without a category. */
  public NotificationRequest(
      String token,
      String app,
      String payload,
      Optional<String> collapseId,
      Optional<Integer> priority,
      Optional<Long> ttlSeconds) {
    this(token, app, payload, collapseId, priority, ttlSeconds, Optional.empty());
  }

  /** Returns the body of the request. */
  String toJson() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    id.ifPresent(own -> root.put("id", own));
    root.putObject("target").put("token", token);
    root.put("app", app);
    collapseId.ifPresent(id -> root.put("collapseId", id));
    priority.ifPresent(number -> root.put("priority", number));
    ttlSeconds.ifPresent(seconds -> root.put("ttl", seconds));
    category.ifPresent(word -> root.put("category", word));
    root.putRawValue("payload", new RawValue(payload));
    return root.toString();
  }
}
