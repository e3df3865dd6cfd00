package dev.tidings.schemas.value;

import java.security.SecureRandom;

/**
 * The id of a channel: random bytes in base64. Those that are made here have neither {@code +} nor
 * {@code /} and need no padding, so that an id is part of the name of a broadcast topic as it is.
 * Whoever knows one can have a device join the channel, and nobody can guess one.
 *
 * @param value 1 to 64 ASCII letters, digits, hyphens and underscores
 */
public record ChannelId(String value) {
  private static final int MAX_LENGTH = 64;

  /** 24 of 62 characters have 142 random bits. */
  private static final int LENGTH = 24;

  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  public ChannelId {
    if (!isValid(value)) {
      throw new InvalidValueException(
          "channel", value, "1 to " + MAX_LENGTH + " ASCII letters, digits, - and _");
    }
  }

  private static boolean isValid(String value) {
    return !value.isEmpty()
        && value.length() <= MAX_LENGTH
        && value.chars().allMatch(c -> ALPHABET.indexOf(c) >= 0 || c == '-' || c == '_');
  }

  /** Returns one that nobody has had. */
  public static ChannelId random(SecureRandom random) {
    StringBuilder id = new StringBuilder(LENGTH);
    for (int i = 0; i < LENGTH; i++) {
      id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return new ChannelId(id.toString());
  }

  @Override
  public String toString() {
    return value;
  }
}
