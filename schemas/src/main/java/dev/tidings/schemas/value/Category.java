package dev.tidings.schemas.value;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What kind of notification it is, in its provider's word: notifications are grouped by it, and a
 * daily cap counts it.
 *
 * @param value 1 to 64 lower-case ASCII letters, digits and {@code . _ -}; neither {@link #NONE}
 *     nor {@link #OTHERS}
 */
public record Category(String value) {
  public static final int MAX_LENGTH = 64;

  /** What notifications without a category are called where they are grouped or counted. */
  public static final String NONE = "none";

  /** What those of too many categories are called together. */
  public static final String OTHERS = "others";

  /** How one is written. */
  public static final String EXPECTED =
      "1 to " + MAX_LENGTH + " of a-z, 0-9 and . _ -, neither " + NONE + " nor " + OTHERS;

  private static final String ALLOWED = "._-";

  public Category {
    if (!isWord(value) || value.equals(NONE) || value.equals(OTHERS)) {
      throw new InvalidValueException("category", value, EXPECTED);
    }
  }

  /** Returns a field of a record; empty if it is null, or no category. */
  public static Optional<Category> ofField(@Nullable String field) {
    return field == null || !isWord(field) || field.equals(NONE) || field.equals(OTHERS)
        ? Optional.empty()
        : Optional.of(new Category(field));
  }

  /**
   * Returns what somebody asks for: a category, or {@link #NONE}.
   *
   * @throws InvalidValueException if it is neither
   */
  public static String asked(String text) {
    if (text.equals(NONE)) {
      return text;
    }
    if (!isWord(text) || text.equals(OTHERS)) {
      throw new InvalidValueException(
          "category",
          text,
          "1 to " + MAX_LENGTH + " of a-z, 0-9 and . _ -, or " + NONE + " for those without one");
    }
    return text;
  }

  private static boolean isWord(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_LENGTH
        && text.chars()
            .allMatch(
                c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || ALLOWED.indexOf(c) >= 0);
  }

  @Override
  public String toString() {
    return value;
  }
}
