package dev.tidings.control.decide;

import dev.tidings.control.decide.RefusedDecisionException.Reason;
import dev.tidings.schemas.value.PlainText;

/** The name that people know a team or an administrator by. */
public final class DisplayName {
  /** The form, in words. */
  public static final String FORM = "1 to 100 characters, none a control character";

  private static final int LONGEST = 100;

  private DisplayName() {}

  /** Returns whether this is one. */
  public static boolean isOne(String text) {
    return !text.isBlank() && text.length() <= LONGEST && PlainText.isPlain(text);
  }

  static String require(String text) {
    if (!isOne(text)) {
      throw new RefusedDecisionException(Reason.INVALID, "name", text, FORM);
    }
    return text;
  }
}
