package dev.tidings.schemas.topic;

import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.ChannelId;
import dev.tidings.schemas.value.InvalidValueException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The key of a record of {@code channels}: {@code app/id}. Neither has a slash. */
public record ChannelKey(AppId app, ChannelId id) {
  private static final char SEPARATOR = '/';

  public byte[] bytes() {
    return (app.value() + SEPARATOR + id.value()).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Returns empty if the bytes are no such key. */
  public static Optional<ChannelKey> parse(byte[] key) {
    String text = new String(key, StandardCharsets.ISO_8859_1);
    int separator = text.indexOf(SEPARATOR);
    try {
      return separator < 0
          ? Optional.empty()
          : Optional.of(
              new ChannelKey(
                  new AppId(text.substring(0, separator)),
                  new ChannelId(text.substring(separator + 1))));
    } catch (InvalidValueException e) {
      return Optional.empty();
    }
  }
}
