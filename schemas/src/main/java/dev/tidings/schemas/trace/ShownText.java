package dev.tidings.schemas.trace;

/** A text of a provider that is carried with a record for display only. */
public final class ShownText {
  private static final int MAX_CHARACTERS = 200;

  private ShownText() {}

  /** Returns the text, or so much of its beginning as is shown. */
  public static String of(String text) {
    if (text.length() <= MAX_CHARACTERS) {
      return text;
    }
    // Do not cut between the two halves of a surrogate pair.
    int end =
        Character.isHighSurrogate(text.charAt(MAX_CHARACTERS - 1))
            ? MAX_CHARACTERS - 1
            : MAX_CHARACTERS;
    return text.substring(0, end) + "…";
  }
}
