package dev.tidings.schemas.value;

/**
 * Checks text that goes into a string of MQTT: an invalid character makes clients close the
 * connection, and the unconfirmed notification would be sent again, without end (MQTT 5, section
 * 1.5.4).
 */
public final class PlainText {
  private static final int FIRST_NONCHARACTER = 0xFDD0;
  private static final int LAST_NONCHARACTER = 0xFDEF;
  private static final int PLANE_END = 0xFFFE;

  private PlainText() {}

  /**
   * Returns whether the text has no control characters, no unpaired surrogates and no
   * non-characters.
   */
  public static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c < 0x7F) {
        continue;
      }
      int point = text.codePointAt(i);
      if (Character.isISOControl(point)
          || Character.getType(point) == Character.SURROGATE
          || (point >= FIRST_NONCHARACTER && point <= LAST_NONCHARACTER)
          || (point & PLANE_END) == PLANE_END) {
        return false;
      }
      i += Character.charCount(point) - 1;
    }
    return true;
  }
}
