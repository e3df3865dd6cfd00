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
    FORGED,
    /** Perhaps made under a key that this process does not know, or not as the others do. */
    UNDECIDED
  }

  /** What other processes of the installation know. */
  @FunctionalInterface
  public interface OtherKeys {
    /** Whether another may have a key of this id that this process does not have. */
    boolean mayHave(int keyId);
  }

  private final TokenKeys keys;
  private final OtherKeys others;

  /** A check by these keys, there being no others. */
  public TokenCheck(TokenKeys keys) {
    this(keys, id -> false);
  }

  /** A check by these keys, which leaves open what others may know better. */
  public TokenCheck(TokenKeys keys, OtherKeys others) {
    this.keys = keys;
    this.others = others;
  }

  public Verdict check(Token token, AppId app) {
    byte[] bytes = token.bytes();
    int id = bytes[0] & 0xff;
    TokenKey key = keys.byId(id);
    if (key == null || !isSignedBy(key, bytes)) {
      return others.mayHave(id) ? Verdict.UNDECIDED : Verdict.FORGED;
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
