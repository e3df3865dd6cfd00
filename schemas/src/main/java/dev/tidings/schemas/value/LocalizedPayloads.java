package dev.tidings.schemas.value;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** The rules of what a notification may have besides its payload: others, by language tag. */
public final class LocalizedPayloads {
  /** How many one may have. */
  public static final int MOST = 20;

  private LocalizedPayloads() {}

  /**
   * Checks the tags that payloads go by.
   *
   * @throws InvalidValueException if there are too many, one is none, or two are the same
   */
  public static void checkTags(Collection<String> tags) {
    if (tags.size() > MOST) {
      throw new InvalidValueException("localized", tags.size() + " payloads", "at most " + MOST);
    }
    Set<LanguageTag> seen = new HashSet<>();
    for (String tag : tags) {
      if (!seen.add(LanguageTag.parse(tag))) {
        throw new InvalidValueException("localized", tag, "each language tag once, in any case");
      }
    }
  }
}
