package dev.tidings.schemas.token;

import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.Token;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Checks whether a token was created by this installation and for which app, without a look-up.
 * Thread-safe.
 */
public final class TokenCheck {
  /** The result of a check. */
  public enum Result {
    /** Created under one of our keys, for this app. */
    GENUINE,
    /** Created under one of our keys, for another app. */
    OTHER_APP,
    /** Not created under any of our keys. */
    FORGED,
    /** Perhaps created under a key that this process does not have, or has with another secret. */
    UNDECIDED
  }

  /** The keys that other processes of the installation have. */
  @FunctionalInterface
  public interface OtherKeys {
    /**
     * Returns whether another process may have a key of this id that this process does not have.
     */
    boolean mayHave(int keyId);
  }

  private final TokenKeys keys;
  private final OtherKeys others;

  /** Creates a check with these keys only. */
  public TokenCheck(TokenKeys keys) {
    this(keys, id -> false);
  }

  /** Creates a check with these keys; a token of a key that only others may have is undecided. */
  public TokenCheck(TokenKeys keys, OtherKeys others) {
    this.keys = keys;
    this.others = others;
  }

  public Result check(Token token, AppId app) {
    byte[] bytes = token.bytes();
    int id = bytes[0] & 0xff;
    TokenKey key = keys.byId(id);
    if (key == null || !isSignedBy(key, bytes)) {
      return others.mayHave(id) ? Result.UNDECIDED : Result.FORGED;
    }
    boolean sameApp =
        Arrays.equals(
            bytes,
            TokenLayout.APP,
            TokenLayout.SIGNATURE,
            TokenLayout.hash(app),
            0,
            TokenLayout.APP_BYTES);
    return sameApp ? Result.GENUINE : Result.OTHER_APP;
  }

  private static boolean isSignedBy(TokenKey key, byte[] token) {
    byte[] expected =
        Arrays.copyOf(key.sign(token, TokenLayout.SIGNATURE), Token.BYTES - TokenLayout.SIGNATURE);
    byte[] found = Arrays.copyOfRange(token, TokenLayout.SIGNATURE, Token.BYTES);
    return MessageDigest.isEqual(expected, found);
  }
}
