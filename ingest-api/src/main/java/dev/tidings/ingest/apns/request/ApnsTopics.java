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

  /**
   * Returns whether it may be a topic of one of these apps, with the suffix of a type or without.
   */
  static boolean isAllowed(AppId topic, Apps apps) {
    if (apps.contains(topic.value())) {
      return true;
    }
    PushType type = PushType.bySuffixOf(topic);
    return type != null && apps.contains(type.withoutSuffix(topic).value());
  }
}
