package dev.tidings.schemas.token;

import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.Token;
import java.security.MessageDigest;
import java.util.Arrays;

/** Tells whether a token was made here and for which app, with nothing to look up. Thread-safe. */
public final class TokenCheck {
  /** What a token turned out to be. */
  public enum Verdict {
    /** Made under one of our keys, for this app. */
    GENUINE,
    /** Made under one of our keys, for another app. */
    OTHER_APP,
    /** Not made under any of our keys. */
    FORGED
  }

  private final TokenKeys keys;

  public TokenCheck(TokenKeys keys) {
    this.keys = keys;
  }

  public Verdict check(Token token, AppId app) {
    byte[] bytes = token.bytes();
    TokenKey key = keys.byId(bytes[0] & 0xff);
    if (key == null || !isSignedBy(key, bytes)) {
      return Verdict.FORGED;
    }
    boolean sameApp =
        Arrays.equals(
            bytes,
            TokenLayout.APP,
            TokenLayout.SIGNATURE,
            TokenLayout.hash(app),
            0,
            TokenLayout.APP_BYTES);
    return sameApp ? Verdict.GENUINE : Verdict.OTHER_APP;
  }

  private static boolean isSignedBy(TokenKey key, byte[] token) {
    byte[] expected =
        Arrays.copyOf(key.sign(token, TokenLayout.SIGNATURE), Token.BYTES - TokenLayout.SIGNATURE);
    byte[] found = Arrays.copyOfRange(token, TokenLayout.SIGNATURE, Token.BYTES);
    return MessageDigest.isEqual(expected, found);
  }
}
