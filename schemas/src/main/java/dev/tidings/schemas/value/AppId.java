package dev.tidings.schemas.value;

/**
 * An app, identified by its bundle id; APNs calls it the topic.
 *
 * @param value 1 to 200 ASCII letters, digits, dots, hyphens and underscores: it is a level of the
 *     MQTT topic a notification arrives on
 */
public record AppId(String value) {
  public static final int MAX_LENGTH = 200;

  public AppId {
    if (!isValid(value)) {
      throw new InvalidValueException(
          "app",
          value,
          "1 to " + MAX_LENGTH + " ASCII letters, digits, dots, hyphens and underscores");
    }
  }

  private static boolean isValid(String value) {
    if (value.isEmpty() || value.length() > MAX_LENGTH) {
      return false;
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean allowed =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '.'
              || c == '-'
              || c == '_';
      if (!allowed) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return value;
  }
}
