package dev.tidings.schemas.value;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The kind of a notification, {@code apns-push-type}; the names are Apple's ("Sending notification
 * requests to APNs").
 */
public enum PushType {
  ALERT(""),
  BACKGROUND(""),
  COMPLICATION(".complication"),
  CONTROLS(".push-type.controls"),
  FILEPROVIDER(".pushkit.fileprovider"),
  LIVEACTIVITY(".push-type.liveactivity"),
  LOCATION(".location-query"),
  MDM(""),
  PUSHTOTALK(".voip-ptt"),
  VOIP(".voip"),
  WIDGETS(".push-type.widgets");

  private static final PushType[] ALL = values();

  private final String header = name().toLowerCase(Locale.ROOT);
  private final String topicSuffix;

  PushType(String topicSuffix) {
    this.topicSuffix = topicSuffix;
  }

  /** Returns the name as written in the header and in the log. */
  public String header() {
    return header;
  }

  /** Returns what its topics have behind the app's bundle id; empty for nothing. */
  public String topicSuffix() {
    return topicSuffix;
  }

  /** Returns whether the topic ends with the type's suffix and is longer than it. */
  public boolean isSuffixOf(AppId topic) {
    return !topicSuffix.isEmpty()
        && topic.value().endsWith(topicSuffix)
        && topic.value().length() > topicSuffix.length();
  }

  /** Returns the type whose suffix the topic has; null if it has none. */
  public static @Nullable PushType bySuffixOf(AppId topic) {
    for (PushType type : ALL) {
      if (type.isSuffixOf(topic)) {
        return type;
      }
    }
    return null;
  }

  /** Returns the topic without the type's suffix, which it must have. */
  public AppId withoutSuffix(AppId topic) {
    String value = topic.value();
    return new AppId(value.substring(0, value.length() - topicSuffix.length()));
  }

  public static PushType of(String header) {
    for (PushType type : ALL) {
      if (type.header.equals(header)) {
        return type;
      }
    }
    throw new InvalidValueException(
        "push type",
        header,
        Arrays.stream(ALL).map(PushType::header).collect(Collectors.joining(", ", "one of ", "")));
  }
}
