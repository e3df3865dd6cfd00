package dev.tidings.schemas.value;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The language that a payload is written in, as BCP 47 has it.
 *
 * @param value in lower case: tags are the same in any
 */
public record LanguageTag(String value) {
  private static final int MAX_LENGTH = 35;
  private static final Pattern FORM = Pattern.compile("[a-z]{2,3}(-[a-z0-9]{1,8})*");

  /** Reads a tag in any case. */
  public static LanguageTag parse(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (text.length() > MAX_LENGTH || !FORM.matcher(lower).matches()) {
      throw new InvalidValueException("localized", text, "a language tag such as de or fr-CA");
    }
    return new LanguageTag(lower);
  }

  /**
   * Returns which of several tags fits a locale best: itself, or what is left of it after as few of
   * its last subtags as possible have been taken away (the lookup of RFC 4647, 3.4). No tag is
   * longer than {@link #MAX_LENGTH}, so of a longer locale only its beginning is looked at.
   */
  public static Optional<String> lookup(String locale, Collection<String> tags) {
    String range =
        locale.length() <= MAX_LENGTH ? locale : shorter(locale.substring(0, MAX_LENGTH + 1));
    while (!range.isEmpty()) {
      for (String tag : tags) {
        if (tag.equalsIgnoreCase(range)) {
          return Optional.of(tag);
        }
      }
      range = shorter(range);
    }
    return Optional.empty();
  }

  private static String shorter(String range) {
    int end = Math.max(0, range.lastIndexOf('-'));
    // A subtag of one character says what kind the next ones are, and means nothing without them.
    return end >= 2 && range.charAt(end - 2) == '-'
        ? range.substring(0, end - 2)
        : range.substring(0, end);
  }
}
