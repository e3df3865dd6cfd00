package dev.tidings.schemas.topic;

import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import java.util.Optional;

/**
 * Of whom a record of {@code subscriptions} says that it has joined a topic. The name in its key is
 * {@code app/topic}: neither has a slash, and the name of a device's MQTT session is empty.
 */
public record TopicMembership(DeviceId device, AppId app, BroadcastTopic topic) {
  private static final char SEPARATOR = '/';

  /**
   * Is in no app's name, and of the topics that can be joined in those of users, tags, channels.
   */
  private static final char RESERVED = ':';

  /** Returns how the names of all topics of an app begin. */
  public static String prefix(AppId app) {
    return app.value() + SEPARATOR;
  }

  /** Returns whether a name is that of a topic, and not of a session. */
  public static boolean isName(String name) {
    return name.indexOf(SEPARATOR) > 0;
  }

  /** Returns whether a name is that of a user or a tag. */
  public static boolean isAttributeName(String name) {
    int separator = name.indexOf(SEPARATOR);
    return separator > 0
        && name.indexOf(RESERVED) > 0
        && !BroadcastTopic.isChannel(name.substring(separator + 1));
  }

  public DeviceKey key() {
    return new DeviceKey(device, prefix(app) + topic.value());
  }

  /** Returns empty if the bytes are the key of something else. */
  public static Optional<TopicMembership> parse(byte[] key) {
    try {
      DeviceKey read = DeviceKey.parse(key);
      int separator = read.name().indexOf(SEPARATOR);
      return separator < 0
          ? Optional.empty()
          : Optional.of(
              new TopicMembership(
                  read.device(),
                  new AppId(read.name().substring(0, separator)),
                  new BroadcastTopic(read.name().substring(separator + 1))));
    } catch (InvalidValueException e) {
      return Optional.empty();
    }
  }
}
