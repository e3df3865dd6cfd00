package dev.tidings.ingest.request;

import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.Token;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/** The token in {@code /3/device/{token}}. */
final class TokenPath {
  private static final String PREFIX = "/3/device/";
  private static final int MAX_LENGTH = 512;

  /** What descriptions of a token have between the digits, such as {@code <0123abcd …>}. */
  private static final Pattern DECORATION = Pattern.compile("[\\s<>:-]+");

  private TokenPath() {}

  static boolean leadsToDevices(String path) {
    return path.startsWith(PREFIX) || path.equals("/3/device");
  }

  /** The token of a path that leads to devices. */
  static Token token(String path) throws Refusal {
    String text = path.length() <= PREFIX.length() ? "" : path.substring(PREFIX.length());
    if (text.isEmpty()) {
      throw new Refusal(RejectionReason.MISSING_DEVICE_TOKEN);
    }
    try {
      return new Token(isPlain(text) ? text : normalised(text));
    } catch (IllegalArgumentException e) {
      // Of the right kind but the wrong form, or a broken percent-encoding.
      throw new Refusal(RejectionReason.BAD_DEVICE_TOKEN);
    }
  }

  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  private static String normalised(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new InvalidValueException("token", text, "64 hexadecimal characters");
    }
    String decoded = URLDecoder.decode(text, StandardCharsets.UTF_8);
    return DECORATION.matcher(decoded).replaceAll("").toLowerCase(Locale.ROOT);
  }
}
