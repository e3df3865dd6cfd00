package dev.tidings.ingest.request;

import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.PushType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * From {@code apns-topic} to the app. For some push types Apple's topic is the bundle id with a
 * suffix; a device may have registered either form here.
 */
final class Topics {
  private Topics() {}

  static AppId app(@Nullable String topic) throws Refusal {
    if (topic == null || topic.isEmpty()) {
      throw new Refusal(RejectionReason.MISSING_TOPIC);
    }
    try {
      return new AppId(topic);
    } catch (InvalidValueException e) {
      throw new Refusal(RejectionReason.BAD_TOPIC);
    }
  }

  /** The topic without the push type's suffix, if it has that. */
  static Optional<AppId> withoutSuffix(AppId topic, PushType type) {
    String suffix = suffix(type);
    String value = topic.value();
    return suffix.isEmpty() || !value.endsWith(suffix) || value.length() == suffix.length()
        ? Optional.empty()
        : Optional.of(new AppId(value.substring(0, value.length() - suffix.length())));
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
