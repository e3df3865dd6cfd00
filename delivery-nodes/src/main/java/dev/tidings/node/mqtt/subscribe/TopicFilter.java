package dev.tidings.node.mqtt.subscribe;

import dev.tidings.node.session.Subscriptions;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.InvalidValueException;
import java.util.Set;

/** The kind of a topic filter. */
enum TopicFilter {
  /** Notifications of all the device's apps, or of one. */
  NOTIFICATIONS,
  /** The node's answers to the device, which are sent to a device that asks in any case. */
  ANSWERS,
  /** Well-formed, but a device may read none of its topics. */
  FOREIGN,
  /** A shared subscription, which the node does not support. */
  SHARED,
  /** Not a topic filter. */
  MALFORMED;

  private static final String PREFIX = "tidings/";
  private static final String SHARE = "$share/";
  private static final Set<String> OF_ANSWERS =
      Set.of(
          "$tidings/registered",
          "$tidings/unregistered",
          "$tidings/replayed",
          "$tidings/subscribed",
          "$tidings/unsubscribed",
          "$tidings/reported",
          "$tidings/+",
          "$tidings/#");

  static TopicFilter of(String filter) {
    if (!isWellFormed(filter)) {
      return MALFORMED;
    }
    if (filter.startsWith(SHARE)) {
      return SHARED;
    }
    if (OF_ANSWERS.contains(filter)) {
      return ANSWERS;
    }
    return Subscriptions.isForAllApps(filter) || isOfOneApp(filter) ? NOTIFICATIONS : FOREIGN;
  }

  private static boolean isOfOneApp(String filter) {
    int app = PREFIX.length();
    int end = filter.length() - 2;
    if (end <= app
        || !filter.startsWith(PREFIX)
        || !(filter.endsWith("/#") || filter.endsWith("/+"))) {
      return false;
    }
    try {
      return !new AppId(filter.substring(app, end)).value().isEmpty();
    } catch (InvalidValueException e) {
      return false;
    }
  }

  /**
   * Checks [MQTT-4.7.1-1] to [MQTT-4.7.3-1]: wildcards occupy a whole level, # only the last one.
   */
  private static boolean isWellFormed(String filter) {
    int last = filter.length() - 1;
    for (int i = 0; i <= last; i++) {
      char c = filter.charAt(i);
      boolean starts = i == 0 || filter.charAt(i - 1) == '/';
      boolean ends = i == last || filter.charAt(i + 1) == '/';
      if (c == 0 || (c == '#' && (!starts || i != last)) || (c == '+' && !(starts && ends))) {
        return false;
      }
    }
    return last >= 0;
  }
}
