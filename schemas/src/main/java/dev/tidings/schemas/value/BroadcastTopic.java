package dev.tidings.schemas.value;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A topic of an app, which devices join, and to which providers send broadcasts.
 *
 * @param value 1 to 100 ASCII letters, digits and {@code . - _ ~ % :}
 */
public record BroadcastTopic(String value) {
  public static final int MAX_LENGTH = 100;

  /** Separates a kind of reserved topics from its names. */
  private static final char RESERVED = ':';

  private static final String OTHERS = ".-_~%:";

  /** How users begin. */
  public static final String USER = "user:";

  private static final String TAG = "tag:";

  /** How channels begin. */
  private static final String CHANNEL = "channel:";

  private static final List<String> ATTRIBUTES = List.of(USER, TAG);

  public BroadcastTopic {
    if (!isValid(value)) {
      throw new InvalidValueException(
          "topic", value, "1 to " + MAX_LENGTH + " ASCII letters, digits and any of " + OTHERS);
    }
  }

  private static boolean isValid(String value) {
    return !value.isEmpty()
        && value.length() <= MAX_LENGTH
        && value.chars().allMatch(BroadcastTopic::isAllowed);
  }

  /** Returns whether a name may contain the character. */
  static boolean isAllowed(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || OTHERS.indexOf(c) >= 0;
  }

  /**
   * Returns whether the name is reserved: one with a colon is of a kind such as {@code user:}, of
   * which Tidings decides who is in it, and no device may join it by its name.
   */
  public boolean isReserved() {
    return value.indexOf(RESERVED) >= 0;
  }

  /**
   * Returns a user, with what names may not contain in percent-encoding, as UTF-8.
   *
   * @throws InvalidValueException if that is too long, or nothing
   */
  public static BroadcastTopic user(String id) {
    StringBuilder name = new StringBuilder(USER);
    for (byte each : id.getBytes(StandardCharsets.UTF_8)) {
      if (each != '%' && isAllowed(each)) {
        name.append((char) each);
      } else {
        name.append('%').append(HexFormat.of().withUpperCase().toHexDigits(each));
      }
    }
    int length = name.length() - USER.length();
    if (length == 0 || name.length() > MAX_LENGTH) {
      throw new InvalidValueException(
          "user",
          length + " characters",
          "1 to " + (MAX_LENGTH - USER.length()) + ", in percent-encoding");
    }
    return new BroadcastTopic(name.toString());
  }

  /** Returns a tag; empty if the name is none. */
  public static Optional<BroadcastTopic> tag(String name) {
    String topic = TAG + name;
    return !name.isEmpty() && isValid(topic)
        ? Optional.of(new BroadcastTopic(topic))
        : Optional.empty();
  }

  /** Returns a channel: who has joined it gets what is sent to it by Apple's protocol. */
  public static BroadcastTopic channel(ChannelId id) {
    return new BroadcastTopic(CHANNEL + id);
  }

  /** Returns whether it is a channel. */
  public boolean isChannel() {
    return isChannel(value);
  }

  /** Returns the id of the channel; empty if it is none. */
  public Optional<ChannelId> channelId() {
    try {
      return isChannel()
          ? Optional.of(new ChannelId(value.substring(CHANNEL.length())))
          : Optional.empty();
    } catch (InvalidValueException e) {
      // No channel has such a name.
      return Optional.empty();
    }
  }

  /** Returns whether a name is that of a channel. */
  public static boolean isChannel(String name) {
    return name.startsWith(CHANNEL) && name.length() > CHANNEL.length();
  }

  /**
   * Returns whether it is a user or a tag: {@code user:} or {@code tag:} and a name. Those are
   * given to devices by their apps' providers.
   */
  public boolean isAttribute() {
    return ATTRIBUTES.stream()
        .anyMatch(kind -> value.startsWith(kind) && value.length() > kind.length());
  }

  /**
   * Checks that a provider may have devices join it.
   *
   * @throws InvalidValueException if it is reserved, and neither a user nor a tag
   */
  public void checkProvided() {
    if (isReserved() && !isAttribute()) {
      throw new InvalidValueException(
          "topic", value, "one without a colon, or user: or tag: and a name");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
