package dev.tidings.service.context;

import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.config.Setting;

/** {@code token.keys}: the keys that device tokens are made under and checked with. */
public final class TokenKeySetting {
  public static final Setting<String> TOKEN_KEYS =
      Setting.secret(
          "token.keys",
          "",
          "Keys that device tokens are made under, ID:HEX separated by commas, the same in every"
              + " service; the first makes new tokens. Required.");

  private TokenKeySetting() {}

  /**
   * Reads the keys.
   *
   * @throws ConfigException if they are missing or malformed; it does not repeat them
   */
  public static TokenKeys of(Config config) {
    String text = config.get(TOKEN_KEYS);
    try {
      return TokenKeys.parse(text);
    } catch (InvalidValueException e) {
      throw ConfigException.of(
          TOKEN_KEYS,
          text,
          "ID:HEX,… with each id of 0..255 once and secrets of at least 16 bytes");
    }
  }
}
