package dev.tidings.schemas.token;

import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.Token;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Creates tokens. The same device, app and generation always get the same token, so a device may
 * register any number of times, at any node, without a look-up; the generation counts how often the
 * token was revoked. Thread-safe.
 */
public final class TokenMint {
  private final TokenKeys keys;

  public TokenMint(TokenKeys keys) {
    this.keys = keys;
  }

  /** Returns the token that a device gets now. */
  public Token mint(DeviceId device, AppId app, int generation) {
    return mint(keys.active(), device, app, generation);
  }

  /**
   * Returns the tokens that the device may have received, under each of the active keys; the
   * current one first.
   */
  public List<Token> mintAll(DeviceId device, AppId app, int generation) {
    return keys.all().stream().map(key -> mint(key, device, app, generation)).toList();
  }

  /** Returns whether a token is one of these. */
  public boolean isOf(Token token, DeviceId device, AppId app, int generation) {
    @Nullable TokenKey key = keys.byId(token.bytes()[0] & 0xff);
    return key != null && Arrays.equals(mint(key, device, app, generation).bytes(), token.bytes());
  }

  private static Token mint(TokenKey key, DeviceId device, AppId app, int generation) {
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
