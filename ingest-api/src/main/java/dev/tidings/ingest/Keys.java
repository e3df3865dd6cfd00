package dev.tidings.ingest;

import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;

/** Reads {@code token.keys}. */
final class Keys {
  private Keys() {}

  static TokenKeys of(Config config) {
    String text = config.get(IngestSettings.TOKEN_KEYS);
    try {
      return TokenKeys.parse(text);
    } catch (InvalidValueException e) {
      throw ConfigException.of(
          IngestSettings.TOKEN_KEYS,
          text,
          "ID:HEX,… with each id of 0..255 once and secrets of at least 16 bytes");
    }
  }
}
