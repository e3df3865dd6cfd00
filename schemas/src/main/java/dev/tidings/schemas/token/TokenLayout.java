package dev.tidings.schemas.token;

import dev.tidings.schemas.value.AppId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The 32 bytes of a token: key id (1) ‖ registration id (11) ‖ hash of the app (4) ‖ HMAC of all
 * that, truncated (16).
 */
final class TokenLayout {
  static final int REGISTRATION = 1;
  static final int APP = 12;
  static final int SIGNATURE = 16;
  static final int APP_BYTES = SIGNATURE - APP;
  static final int REGISTRATION_BYTES = APP - REGISTRATION;

  private TokenLayout() {}

  static byte[] hash(AppId app) {
    try {
      return MessageDigest.getInstance("SHA-256")
          .digest(app.value().getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
