package dev.tidings.node.mqtt.subscribe;

import java.util.Set;

/** What a topic filter stands for here. */
enum TopicFilter {
  /** Something a device may receive. */
  GRANTED,
  /** Well-formed, but nothing of it is a device's to read. */
  FOREIGN,
  /** A shared subscription, which the node does not do. */
  SHARED,
  /** Not a topic filter. */
  MALFORMED;

  private static final String NOTIFICATIONS = "tidings/";
  private static final String SHARE = "$share/";
  private static final Set<String> ANSWERS =
      Set.of("$tidings/registered", "$tidings/unregistered", "$tidings/+", "$tidings/#");

  static TopicFilter of(String filter) {
    if (!isWellFormed(filter)) {
      return MALFORMED;
    }
    if (filter.startsWith(SHARE)) {
      return SHARED;
    }
    return filter.startsWith(NOTIFICATIONS) || ANSWERS.contains(filter) ? GRANTED : FOREIGN;
  }

  /** [MQTT-4.7.1-1] to [MQTT-4.7.3-1]: wildcards stand alone in their level, # in the last one. */
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
