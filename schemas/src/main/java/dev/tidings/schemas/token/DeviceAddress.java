package dev.tidings.schemas.token;

import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.Token;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The key under which the log keeps which token a device has for an app now, and under which it
 * takes what is sent to that device and app. It has the form of a token, but {@link TokenCheck}
 * finds none of them genuine: it is no secret, and nobody can send by it from outside.
 */
public final class DeviceAddress {
  private static final byte[] KIND =
      "the address of a device and app\0".getBytes(StandardCharsets.US_ASCII);

  private DeviceAddress() {}

  /** Returns the address of a device for an app. */
  public static Token of(DeviceId device, AppId app) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(KIND);
      digest.update(device.key());
      // Neither has a zero byte.
      digest.update((byte) 0);
      digest.update(app.value().getBytes(StandardCharsets.US_ASCII));
      return Token.of(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
