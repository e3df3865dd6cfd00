package dev.tidings.node.mqtt.register;

import java.util.IllformedLocaleException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a locale as Java ({@code zh_CN_#Hans}), Android ({@code zh-rCN}, {@code b+sr+Latn}), iOS
 * ({@code zh-Hans_CN}, {@code en_US@currency=EUR}), POSIX ({@code de_DE.UTF-8}) or BCP 47 write it.
 */
final class LocaleHint {
  private static final int MAX_LENGTH = 100;

  /** Longer languages are well-formed, but none exists: it is a word such as "english". */
  private static final int LONGEST_LANGUAGE = 3;

  /** Language, region and variants; then, in Java, the script and extensions. */
  private static final Pattern JAVA = Pattern.compile("([^#]*?)_*#([A-Za-z]{4})?_?([^#]*)");

  private static final Pattern ANDROID_REGION = Pattern.compile("([a-z]{2,3})-r([A-Z]{2})");
  private static final Pattern LANGUAGE_AND_REGION =
      Pattern.compile("([A-Za-z]{2,3}(?:-[A-Za-z]{4})?-(?:[A-Za-z]{2}|[0-9]{3}))-.*");
  private static final Pattern POSIX_VARIANT =
      Pattern.compile("-POSIX\\z", Pattern.CASE_INSENSITIVE);

  /** Returns the locale as a BCP 47 language tag, or empty if it is not understood. */
  static Optional<String> tag(String value) {
    if (value.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    String tag = hyphenated(value.strip());
    Optional<String> whole = wellFormed(tag);
    Matcher legacy = LANGUAGE_AND_REGION.matcher(tag);
    // Variants specific to Java and POSIX, such as th_TH_TH, are dropped to keep the language.
    return whole.isEmpty() && value.indexOf('_') >= 0 && legacy.matches()
        ? wellFormed(legacy.group(1))
        : whole;
  }

  private static String hyphenated(String value) {
    String name = value.startsWith("b+") ? value.substring(2).replace('+', '-') : value;
    Matcher android = ANDROID_REGION.matcher(name);
    if (android.matches()) {
      return android.group(1) + "-" + android.group(2);
    }
    // A code set or an ICU keyword does not affect the language.
    name = before('.', before('@', name));
    Matcher java = JAVA.matcher(name);
    if (java.matches()) {
      String[] parts = java.group(1).replace('_', '-').split("-", 2);
      String script = java.group(2) == null ? "" : "-" + java.group(2);
      String rest = parts.length == 1 ? "" : "-" + parts[1];
      String extensions = java.group(3).isEmpty() ? "" : "-" + java.group(3);
      name = parts[0] + script + rest + extensions;
    }
    String tag = name.replace('_', '-').replaceAll("-{2,}", "-");
    tag = tag.startsWith("-") ? "und" + tag : tag;
    return POSIX_VARIANT.matcher(tag).replaceFirst("-u-va-posix");
  }

  private static String before(char end, String value) {
    int at = value.indexOf(end);
    return at < 0 ? value : value.substring(0, at);
  }

  private static Optional<String> wellFormed(String tag) {
    try {
      Locale locale = new Locale.Builder().setLanguageTag(tag).build();
      boolean says = !locale.getLanguage().isEmpty() || !locale.getCountry().isEmpty();
      return says && locale.getLanguage().length() <= LONGEST_LANGUAGE
          ? Optional.of(locale.toLanguageTag())
          : Optional.empty();
    } catch (IllformedLocaleException e) {
      return Optional.empty();
    }
  }

  private LocaleHint() {}
}
