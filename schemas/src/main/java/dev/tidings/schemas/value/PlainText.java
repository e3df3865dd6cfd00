package dev.tidings.schemas.value;

/**
 * Text that may stand in a string of MQTT: what is in there that is none makes clients close the
 * connection, and what they have not confirmed comes again, for ever (MQTT 5, section 1.5.4).
 */
public final class PlainText {
  private static final int FIRST_NONCHARACTER = 0xFDD0;
  private static final int LAST_NONCHARACTER = 0xFDEF;
  private static final int PLANE_END = 0xFFFE;

  private PlainText() {}

  /** Whether it has no controls, no surrogates without their other half, and no non-characters. */
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
