package dev.tidings.ingest.apns.request;

import dev.tidings.auth.Apps;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.PushType;
import org.jspecify.annotations.Nullable;

/**
 * Derives the app from {@code apns-topic}. For some push types Apple's topic is the bundle id with
 * a suffix; a device may have registered either form here.
 */
final class ApnsTopics {
  private static final PushType[] TYPES = PushType.values();

  private ApnsTopics() {}

  static AppId app(@Nullable String topic) throws RejectedException {
    if (topic == null || topic.isEmpty()) {
      throw new RejectedException(RejectionReason.MISSING_TOPIC);
    }
    try {
      return new AppId(topic);
    } catch (InvalidValueException e) {
      throw new RejectedException(RejectionReason.BAD_TOPIC);
    }
  }

  /** Returns the push type whose suffix the topic has; null if it has none. */
  static @Nullable PushType typeOf(AppId topic) {
    for (PushType type : TYPES) {
      if (hasSuffix(topic, type)) {
        return type;
      }
    }
    return null;
  }

  /** Returns whether the topic ends with the push type's suffix and is longer than it. */
  static boolean hasSuffix(AppId topic, PushType type) {
    String suffix = suffix(type);
    return !suffix.isEmpty()
        && topic.value().endsWith(suffix)
        && topic.value().length() > suffix.length();
  }

  /** Returns whether topics of this push type have a suffix. */
  static boolean needsSuffix(PushType type) {
    return !suffix(type).isEmpty();
  }

  /** Returns the topic without the push type's suffix, which it must have. */
  static AppId withoutSuffix(AppId topic, PushType type) {
    String value = topic.value();
    return new AppId(value.substring(0, value.length() - suffix(type).length()));
  }

  /**
   * Returns whether it may be a topic of one of these apps, with the suffix of a type or without.
   */
  static boolean isAllowed(AppId topic, Apps apps) {
    if (apps.contains(topic.value())) {
      return true;
    }
    PushType type = typeOf(topic);
    return type != null && apps.contains(withoutSuffix(topic, type).value());
  }

  private static String suffix(PushType type) {
    return switch (type) {
      case VOIP -> ".voip";
      case COMPLICATION -> ".complication";
      case CONTROLS -> ".push-type.controls";
      case FILEPROVIDER -> ".pushkit.fileprovider";
      case LIVEACTIVITY -> ".push-type.liveactivity";
      case LOCATION -> ".location-query";
      case PUSHTOTALK -> ".voip-ptt";
      case WIDGETS -> ".push-type.widgets";
      case ALERT, BACKGROUND, MDM -> "";
    };
  }
}
