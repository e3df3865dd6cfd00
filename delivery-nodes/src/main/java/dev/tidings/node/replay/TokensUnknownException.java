package dev.tidings.node.replay;

/**
 * Thrown if it cannot be told now which tokens are a device's. The log and its consumer are fine.
 */
final class TokensUnknownException extends RuntimeException {
  private static final long serialVersionUID = 1;

  TokensUnknownException(IllegalStateException why) {
    super(why.getMessage(), why);
  }
}
