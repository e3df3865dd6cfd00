package dev.tidings.schemas.token;

import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.Token;
import java.nio.charset.StandardCharsets;

/**
 * Makes tokens. The same device, app and generation always get the same token, so a device may
 * register as often as it likes, at any node, with nothing to look up; the generation counts how
 * often the token was revoked. Thread-safe.
 */
public final class TokenMint {
  private final TokenKey key;

  public TokenMint(TokenKeys keys) {
    this.key = keys.active();
  }

  public Token mint(DeviceId device, AppId app, int generation) {
    byte[] token = new byte[Token.BYTES];
    token[0] = (byte) key.id();
    byte[] registration =
        (device.value() + '\0' + app.value() + '\0' + generation).getBytes(StandardCharsets.UTF_8);
    System.arraycopy(
        key.sign(registration, registration.length),
        0,
        token,
        TokenLayout.REGISTRATION,
        TokenLayout.REGISTRATION_BYTES);
    System.arraycopy(TokenLayout.hash(app), 0, token, TokenLayout.APP, TokenLayout.APP_BYTES);
    System.arraycopy(
        key.sign(token, TokenLayout.SIGNATURE),
        0,
        token,
        TokenLayout.SIGNATURE,
        Token.BYTES - TokenLayout.SIGNATURE);
    return Token.of(token);
  }
}
