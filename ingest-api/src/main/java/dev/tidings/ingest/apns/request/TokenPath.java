package dev.tidings.ingest.apns.request;

import dev.tidings.schemas.value.Token;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/** The token in {@code /3/device/{token}}. */
final class TokenPath {
  private static final String PREFIX = "/3/device/";
  private static final int MAX_LENGTH = 512;

  private TokenPath() {}

  static boolean leadsToDevices(String path) {
    // Not a 400, after which providers delete tokens: the path is wrong, not the token.
    return path.startsWith(PREFIX)
        && path.indexOf('/', PREFIX.length()) < 0
        && path.indexOf('?') < 0
        && path.indexOf('#') < 0;
  }

  /** Returns the token of a path of devices. */
  static Token token(String path) throws RejectedException {
    String text = path.length() <= PREFIX.length() ? "" : path.substring(PREFIX.length());
    if (text.isEmpty()) {
      throw new RejectedException(RejectionReason.MISSING_DEVICE_TOKEN);
    }
    try {
      return Token.parse(decoded(text));
    } catch (IllegalArgumentException e) {
      // An invalid token, or a broken percent-encoding.
      throw new RejectedException(RejectionReason.BAD_DEVICE_TOKEN);
    }
  }

  private static String decoded(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("longer than any token is written");
    }
    return text.indexOf('%') < 0 && text.indexOf('+') < 0
        ? text
        : URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
