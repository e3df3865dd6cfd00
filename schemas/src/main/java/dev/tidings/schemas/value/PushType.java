package dev.tidings.schemas.value;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The kind of a notification, {@code apns-push-type}; the names are Apple's ("Sending notification
 * requests to APNs").
 */
public enum PushType {
  ALERT,
  BACKGROUND,
  COMPLICATION,
  CONTROLS,
  FILEPROVIDER,
  LIVEACTIVITY,
  LOCATION,
  MDM,
  PUSHTOTALK,
  VOIP,
  WIDGETS;

  private final String header = name().toLowerCase(Locale.ROOT);

  /** Returns the name as written in the header and in the log. */
  public String header() {
    return header;
  }

  public static PushType of(String header) {
    for (PushType type : values()) {
      if (type.header.equals(header)) {
        return type;
      }
    }
    throw new InvalidValueException(
        "push type",
        header,
        Arrays.stream(values())
            .map(PushType::header)
            .collect(Collectors.joining(", ", "one of ", "")));
  }
}
