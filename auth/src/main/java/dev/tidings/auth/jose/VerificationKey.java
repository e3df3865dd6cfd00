package dev.tidings.auth.jose;

import java.security.PublicKey;
import java.util.Optional;

/**
 * A public key of an issuer.
 *
 * @param id its {@code kid}
 * @param algorithm the only one that it is used with
 */
public record VerificationKey(Optional<String> id, JwsAlgorithm algorithm, PublicKey key) {

  /**
   * Returns whether the token was signed by the owner of this key. A token that states another
   * algorithm than the key's was not.
   */
  public boolean verifies(CompactJws token) {
    return algorithm.label().equals(token.algorithm())
        && algorithm.verifies(key, token.signed(), token.signature());
  }
}
